/** What an evaluate step builds on: predictions, and the labels of the slides that they are of. */
import { parseClasses } from '@ftuseg/slide';
import type { StepRules } from '../../step-kind/define-step.js';
import { namedSteps } from '../../step-kind/recipe.js';
import { atKey } from '../../step-kind/settings-place.js';
import type { StepPlace } from '../../step-kind/step-kind.js';
import { isPredict } from '../predict/schema.js';
import { checkScored } from '../shared/checks/check-classes.js';
import { requireUnseen } from '../shared/checks/check-unseen.js';
import { checkGroup } from '../shared/groups/check-group.js';
import type { EvaluateStep } from './schema.js';

function checkModels({ predictions }: EvaluateStep, { file, name }: StepPlace): void {
  const predicted = file.recipe.steps[predictions];
  if (!isPredict(predicted) || predicted.modelFiles === undefined) return;
  const problem = `the models of "${predictions}" are files, of which nobody knows on which slides they were trained`;
  throw file.fail(['steps', name, 'predictions'], problem, 'score these predictions by `ftu evaluate`');
}

export const evaluateRules: StepRules<EvaluateStep> = {
  references: ({ predictions }) => namedSteps(['predictions'], predictions, ['predict']),
  check: {
    keys: checkModels,
    settings({ classes, predictions }, place) {
      atKey(place, ['classes'], () => void parseClasses(classes));
      const predicted = place.file.recipe.steps[predictions];
      checkScored(place, isPredict(predicted) ? (predicted.models ?? []) : [], classes);
    },
  },
  rows({ predictions, group }, place, slides) {
    const predicted = place.file.recipe.steps[predictions];
    if (!isPredict(predicted)) return;
    const { models = [], slides: entry } = predicted;
    checkGroup(place, slides.get(entry) ?? [], group);
    requireUnseen(place, { models: [models].flat(), entry, at: ['predictions'] }, slides);
  },
  slides({ predictions }, { steps }) {
    const predicted = steps[predictions];
    return isPredict(predicted) ? [{ slides: predicted.slides, as: 'labels' }] : [];
  },
};
