/** Every kind of step with what does it. */

import type { StepKind } from '../recipe/schema.js';
import { ablate } from './ablate/step.js';
import { evaluate } from './evaluate/step.js';
import { predict } from './predict/step.js';
import { prepare } from './prepare/step.js';
import { pseudoLabel } from './pseudo-label/step.js';
import { report } from './report/step.js';
import { select } from './select/step.js';
import type { StepHandler } from './step-kind.js';
import { train } from './train/step.js';
import { tune } from './tune/step.js';

const handlers = {
  prepare,
  train,
  select,
  predict,
  'pseudo-label': pseudoLabel,
  tune,
  evaluate,
  ablate,
  report,
} as const;

/** What the engine may ask of any kind: its steps were checked by the same recipe schema. */
export function handlerOf(kind: StepKind): StepHandler<StepKind> {
  return handlers[kind] as unknown as StepHandler<StepKind>;
}
