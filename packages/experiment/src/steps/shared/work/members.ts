/** The models that a step will predict with, as far as they are known before the steps before it are done. */
import type { EstimateContext } from '../../../step-kind/step-kind.js';
import { isSelect } from '../../select/schema.js';
import { type Training, trainingOf } from '../../train/training.js';
import { chosenModels } from '../models.js';

/** Models of one training, which differ in their weights alone. */
export interface Members {
  readonly training: Training;
  readonly count: number;
}

/** What the models of a step will be, before it is done: the best of a selection are spread over its trainings. */
function expectedMembers(context: EstimateContext, name: string): Members[] {
  const step = context.checked.file.recipe.steps[name];
  if (!isSelect(step)) {
    const training = trainingOf(context, name);
    return [{ training, count: training.folds.length }];
  }
  const all = [step.from].flat().flatMap((from) => expectedMembers(context, from));
  const total = all.reduce((sum, { count }) => sum + count, 0);
  const share = Math.min(1, (step.best ?? total) / total);
  return all.map(({ training, count }) => ({ training, count: count * share }));
}

/** The models behind names of select and train steps. */
export function membersOf(context: EstimateContext, names: string | readonly string[]): Members[] {
  const { records, checked } = context;
  const needed = [names].flat().flatMap((name) => {
    const step = checked.file.recipe.steps[name];
    return isSelect(step) ? [name, ...[step.from].flat()] : [name];
  });
  if (!needed.every((name) => records.has(name)))
    return [names].flat().flatMap((name) => expectedMembers(context, name));
  const counts = new Map<string, number>();
  for (const { fold } of chosenModels(context, names)) counts.set(fold.step, (counts.get(fold.step) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ training: trainingOf(context, name), count }));
}
