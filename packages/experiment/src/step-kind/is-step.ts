/** Steps of one kind among all: what a step is follows from its `do`, since a recipe's schema has checked the rest. */
import type { z } from 'zod';
import type { BaseStep } from './recipe.js';
import type { CheckedRecipe } from './step-kind.js';
import type { StepSchema } from './step-schema.js';

export type StepTest<S extends BaseStep> = (step: BaseStep | undefined) => step is S;

/** A test whether a step is of the kind of a schema. */
export function isStepOf<S extends BaseStep>(schema: z.ZodType<S> & StepSchema): StepTest<S> {
  const [kind] = schema.shape.do.values;
  return (step): step is S => step?.do === kind;
}

/** The step of a name, which must be of a kind. @throws {RangeError} where it is not */
export function stepOf<S extends BaseStep>(
  { checked }: { readonly checked: Pick<CheckedRecipe, 'file'> },
  name: string,
  isOfKind: StepTest<S>,
): S {
  const step = checked.file.recipe.steps[name];
  if (isOfKind(step)) return step;
  throw new RangeError(`step ${name} does ${step?.do ?? 'nothing'}`);
}
