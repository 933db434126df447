/** What a step takes from others: rows of slides, and what came out of finished steps. */
import type { SlideRow } from '@ftuseg/slide';
import type { z } from 'zod';
import type { RunContext } from './step-kind.js';

/** Rows of an entry of `slides`. */
export function rowsOf({ checked }: Pick<RunContext, 'checked'>, name: string): readonly SlideRow[] {
  const rows = checked.slides.get(name);
  if (rows === undefined) throw new RangeError(`no slides ${name}`);
  return rows;
}

/** The output of a finished step that another builds on. */
export function outputOf<S extends z.ZodType>(
  { records }: Pick<RunContext, 'records'>,
  name: string,
  schema: S,
): z.output<S> {
  const record = records.get(name);
  if (record === undefined) throw new RangeError(`step ${name} is not done`);
  return schema.parse(record.output);
}
