/** The one way in which a value from outside meets a schema: what is wrong comes back as sentences, with the place of each. */
import type { z } from 'zod';
import { inWords } from './in-words.js';

export interface SchemaProblem {
  /** Keys from the top. */
  readonly path: readonly (string | number)[];
  /** Such as `give a number, not text "abc"`. */
  readonly problem: string;
  /** What zod calls it, for those who say it better. */
  readonly issue: z.core.$ZodIssue;
}

export type Checked<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly problems: readonly [SchemaProblem, ...SchemaProblem[]] };

/** A key in a sentence: control characters and endless names are nothing to repeat. */
const keyText = (key: PropertyKey): string | number => {
  if (typeof key === 'number') return key;
  const text = String(key);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
};

/**
 * @example
 * const checked = checkSchema(z.object({ tile: z.number() }), { tile: 'abc' });
 * if (!checked.success) problemText(checked.problems[0]); // 'tile: give a number, not text "abc"'
 */
export function checkSchema<S extends z.ZodType>(schema: S, value: unknown): Checked<z.output<S>> {
  const parsed = schema.safeParse(value, { error: inWords });
  if (parsed.success) return { success: true, data: parsed.data };
  const [first, ...rest] = parsed.error.issues.map((issue): SchemaProblem => {
    return { path: issue.path.map(keyText), problem: issue.message, issue };
  });
  if (first === undefined) throw new RangeError('a schema refused a value and did not say why');
  return { success: false, problems: [first, ...rest] };
}

/**
 * The dotted name of the key that is wrong: the place of the value, or the key that is not known there.
 * @example
 * settingOf(problem); // 'schedule.warmup'
 */
export function settingOf({ path, issue }: SchemaProblem): string {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  return [...path, ...unknown].join('.');
}

/**
 * A problem with its place.
 * @example
 * problemText({ path: ['data', 'tile'], problem: 'it is missing', ... }); // 'data.tile: it is missing'
 */
export const problemText = ({ path, problem }: Pick<SchemaProblem, 'path' | 'problem'>): string =>
  path.length === 0 ? problem : `${path.join('.')}: ${problem}`;
