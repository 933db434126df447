/** Whether trainings make networks that find objects, for steps that predict slides by them: a tile classifier says of a tile whether there is one. */
import type { RecipePath } from '../../../step-kind/recipe.js';
import type { StepPlace } from '../../../step-kind/step-kind.js';
import { trainedOn } from '../prepared-like.js';

/**
 * @param models names of train and select steps
 * @param at the key that names them, inside the step
 * @throws {FtuError} `bad-input` with the line, for a training of tile classifiers
 */
export function requireObjectNetworks(
  { file, name }: StepPlace,
  models: string | readonly string[],
  at: RecipePath,
): void {
  const classifier = trainedOn(file, models).find(({ task }) => task === 'classify');
  if (classifier === undefined) return;
  throw file.fail(
    ['steps', name, ...at],
    `"${classifier.name}" trains tile classifiers (\`task: classify\`), which find no objects`,
    'name a training without `task`; its `encoderFrom` may be this one',
  );
}
