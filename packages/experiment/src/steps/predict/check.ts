/** What a recipe can get wrong with a predict step. */
import { drawnOutputs } from '@ftuseg/infer';
import type { StepRules } from '../../step-kind/define-step.js';
import { namedSteps } from '../../step-kind/recipe.js';
import type { StepPlace } from '../../step-kind/step-kind.js';
import { requireObjectNetworks } from '../shared/checks/check-networks.js';
import { checkOwnScale } from '../shared/checks/check-scale.js';
import { checkPrediction, explainPrediction } from '../shared/prediction-settings.js';
import type { PredictStep } from './schema.js';

function checkUnused({ outputs, outlines, cascade, settings }: PredictStep, { file, name }: StepPlace): void {
  if (cascade !== undefined && settings.merge === 'or') {
    const problem = `steps.${name}: "cascade" would do nothing: with merge "or" the network sees every tile`;
    throw file.fail(['steps', name, 'cascade'], problem, 'leave it out, or merge by hann, gaussian, mean or center');
  }
  if (outlines === undefined || drawnOutputs.some((output) => outputs.includes(output))) return;
  const problem = `steps.${name}: "outlines" would do nothing: "outputs" has no ${drawnOutputs.join(', ')}`;
  throw file.fail(['steps', name, 'outlines'], problem, 'leave it out');
}

function checkModels({ models, modelFiles, tuned }: PredictStep, { file, name }: StepPlace): void {
  if ((models === undefined) === (modelFiles === undefined)) {
    const problem =
      models === undefined ? 'names neither `models` nor `modelFiles`' : 'names `models` and `modelFiles`';
    throw file.fail(['steps', name], `steps.${name}: ${problem}`, 'give one of the two');
  }
  if (modelFiles === undefined || tuned === undefined) return;
  const problem = `steps.${name}: settings that were tuned for models of this recipe say nothing of \`modelFiles\``;
  throw file.fail(['steps', name, 'tuned'], problem, 'leave it out');
}

export const predictRules: StepRules<PredictStep> = {
  references: ({ models, tuned }) => [
    ...(models === undefined ? [] : namedSteps(['models'], models, ['select', 'train'])),
    ...(tuned === undefined ? [] : namedSteps(['tuned'], tuned, ['tune'])),
  ],
  slides: ({ slides }) => [{ slides, as: 'pictures' }],
  check: {
    keys: checkModels,
    settings: ({ settings }, place) => checkPrediction(place, settings),
    unused: checkUnused,
    scale: (step, place) => {
      const { models } = step;
      if (models === undefined) return;
      requireObjectNetworks(place, models, ['models']);
      checkOwnScale({ ...step, models }, place);
    },
  },
  explain: explainPrediction,
};
