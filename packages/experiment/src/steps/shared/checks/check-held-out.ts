/** Whether trainings hold whole slides out, for steps that are about slides which a network never saw. */
import { parseTrainConfig } from '@ftuseg/train';
import type { RecipePath } from '../../../step-kind/recipe.js';
import type { StepPlace } from '../../../step-kind/step-kind.js';
import { isTrain } from '../../train/schema.js';

/** The first of these trainings that splits so, and has no filter of its own for what validates. */
function splitBy({ file }: StepPlace, from: string | readonly string[], how: 'none' | 'tiles'): string | undefined {
  return [from].flat().find((training) => {
    const step = file.recipe.steps[training];
    if (!isTrain(step)) return false;
    const { split, validate } = parseTrainConfig({ ...step.settings, data: '.', out: '.' });
    return split === how && validate === undefined;
  });
}

/**
 * @param from names of train steps
 * @param at the key that names them, inside the step
 * @throws {FtuError} `bad-input` with the line, for a training that validates on no slide, so that nothing tells how good its networks are
 */
export function requireValidation(place: StepPlace, from: string | readonly string[], at: RecipePath): void {
  const training = splitBy(place, from, 'none');
  if (training === undefined) return;
  throw place.file.fail(
    ['steps', place.name, ...at],
    `"${training}" validates on no slide (\`split: none\`), so that there is nothing to judge its network by`,
    'leave it out, or train with folds or `validate`',
  );
}

/**
 * @param from names of train steps
 * @param at the key that names them, inside the step
 * @throws {FtuError} `bad-input` with the line, for a training whose folds are of tiles, so that every slide is on both sides
 */
export function requireHeldOutSlides(place: StepPlace, from: string | readonly string[], at: RecipePath): void {
  const training = splitBy(place, from, 'tiles');
  if (training === undefined) return;
  throw place.file.fail(
    ['steps', place.name, ...at],
    `the folds of "${training}" are of tiles (\`split: tiles\`), so that its networks were trained on parts of every slide that they would be judged by`,
    'train with `split: grouped`, or select by the validation Dice of training',
  );
}
