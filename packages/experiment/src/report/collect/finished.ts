/** Steps of a kind that are done, typed: what the report is gathered from. */
import type { z } from 'zod';
import type { StepKind, StepOf } from '../../recipe/schema.js';
import type { Workshop } from '../../steps/step-kind.js';

/** Finished steps of a kind with what came out. */
export function finished<K extends StepKind, S extends z.ZodType>(
  { checked, records }: Workshop,
  kind: K,
  schema: S,
): { readonly name: string; readonly step: StepOf<K>; readonly output: z.output<S> }[] {
  return checked.order.flatMap((name) => {
    const step = checked.file.recipe.steps[name];
    const record = records.get(name);
    return step?.do === kind && record !== undefined
      ? [{ name, step: step as StepOf<K>, output: schema.parse(record.output) }]
      : [];
  });
}
