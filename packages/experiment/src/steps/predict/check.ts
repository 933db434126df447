/** What a recipe can get wrong with a predict step. */
import type { StepRules } from '../../step-kind/define-step.js';
import { namedSteps } from '../../step-kind/recipe.js';
import type { StepPlace } from '../../step-kind/step-kind.js';
import { checkOwnScale } from '../shared/check-scale.js';
import { checkPrediction, explainPrediction } from '../shared/prediction-settings.js';
import type { PredictStep } from './schema.js';

function checkUnused({ outputs, outlines, cascade, settings }: PredictStep, { file, name }: StepPlace): void {
  if (cascade !== undefined && settings.merge === 'or') {
    const problem = `steps.${name}: "cascade" would do nothing: with merge "or" the network sees every tile`;
    throw file.fail(['steps', name, 'cascade'], problem, 'leave it out, or merge by hann, gaussian, mean or center');
  }
  if (outlines === undefined || outputs.includes('geojson')) return;
  const problem = `steps.${name}: "outlines" would do nothing: "outputs" has no geojson`;
  throw file.fail(['steps', name, 'outlines'], problem, 'leave it out');
}

export const predictRules: StepRules<PredictStep> = {
  references: ({ models, tuned }) => [
    ...namedSteps(['models'], models, ['select', 'train']),
    ...(tuned === undefined ? [] : namedSteps(['tuned'], tuned, ['tune'])),
  ],
  slides: ({ slides }) => [{ slides, as: 'pictures' }],
  check: {
    settings: ({ settings }, place) => checkPrediction(place, settings),
    unused: checkUnused,
    scale: checkOwnScale,
  },
  explain: explainPrediction,
};
