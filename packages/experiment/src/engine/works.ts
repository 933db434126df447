/** The work of a recipe's steps, each asked of its handler. */
import { FtuError } from '@ftuseg/core';
import type { EstimateContext } from '../estimate/context.js';
import type { StepWork } from '../estimate/work.js';
import { handlerOf } from '../steps/handlers.js';
import type { ExpectedStep } from './forecast.js';

/** Undefined where there is no telling: what is wrong with the step, it says itself when its turn comes. */
export async function workOf(name: string, context: EstimateContext): Promise<StepWork | undefined> {
  const step = context.checked.file.recipe.steps[name];
  if (step === undefined) return undefined;
  try {
    return await handlerOf(step.do).work(step as never, context, name);
  } catch (error) {
    if (error instanceof FtuError && error.code !== 'cancelled') return undefined;
    throw error;
  }
}

/** Of several steps, in their order. */
export async function worksOf(names: readonly string[], context: EstimateContext): Promise<ExpectedStep[]> {
  const works: ExpectedStep[] = [];
  for (const name of names) works.push({ name, work: await workOf(name, context) });
  return works;
}
