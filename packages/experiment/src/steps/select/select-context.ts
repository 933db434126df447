/** What both ways to select share: the context of the step, and its error where there is nothing to choose from. */
import type { FtuError } from '@ftuseg/core';
import type { StepContext } from '../../step-kind/step-kind.js';
import type { SelectStep } from './schema.js';

export type SelectContext = StepContext<SelectStep>;

export function noCandidate(context: SelectContext, problem: string, hint: string): FtuError {
  return context.checked.file.fail(['steps', context.name], `the selection has no candidate: ${problem}`, hint);
}

/** A score as it is shown. */
export const four = (value: number): string => value.toFixed(4);
