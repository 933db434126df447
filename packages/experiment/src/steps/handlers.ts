/** Every kind of step with what does it. */
import type { StepHandler } from '../engine/step.js';
import type { StepKind } from '../recipe/schema.js';
import { ablate } from './ablate.js';
import { evaluate } from './evaluate.js';
import { predict } from './predict.js';
import { prepare } from './prepare.js';
import { pseudoLabel } from './pseudo-label.js';
import { report } from './report.js';
import { select } from './select.js';
import { train } from './train.js';
import { tune } from './tune.js';

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
