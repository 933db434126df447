/** What a recipe can get wrong with a predict step. */
import type { StepRules } from '../../step-kind/define-step.js';
import { namedSteps } from '../../step-kind/recipe.js';
import { checkOwnScale } from '../shared/check-scale.js';
import { checkPrediction, explainPrediction } from '../shared/prediction-settings.js';
import type { PredictStep } from './schema.js';

export const predictRules: StepRules<PredictStep> = {
  references: ({ models, tuned }) => [
    ...namedSteps(['models'], models, ['select', 'train']),
    ...(tuned === undefined ? [] : namedSteps(['tuned'], tuned, ['tune'])),
  ],
  slides: ({ slides }) => [{ slides, as: 'pictures' }],
  check: {
    settings: ({ settings }, place) => checkPrediction(place, settings),
    scale: checkOwnScale,
  },
  explain: explainPrediction,
};
