/** What a recipe can get wrong with a tune step. */
import { tunable } from '@ftuseg/infer';
import type { StepRules } from '../../step-kind/define-step.js';
import { namedSteps } from '../../step-kind/recipe.js';
import type { StepPlace } from '../../step-kind/step-kind.js';
import { requireHeldOutSlides, requireValidation } from '../shared/checks/check-held-out.js';
import { requireObjectNetworks } from '../shared/checks/check-networks.js';
import { checkOwnScale } from '../shared/checks/check-scale.js';
import { checkGroup } from '../shared/groups/check-group.js';
import { checkPrediction, explainPrediction } from '../shared/prediction-settings.js';
import { officialPrepares } from '../train/roles.js';
import { isTrain } from '../train/schema.js';
import type { TuneStep } from './schema.js';

function checkSearch({ search = [] }: TuneStep, { file, name }: StepPlace): void {
  for (const [i, word] of search.entries()) {
    if (tunable.some((one) => one === word)) continue;
    throw file.fail(['steps', name, 'search', i], `there is no "${word}" to tune`, `there are ${tunable.join(', ')}`);
  }
}

export const tuneRules: StepRules<TuneStep> = {
  references: ({ models }) => namedSteps(['models'], models, ['train']),
  check: {
    keys({ settings }, { file, name }) {
      if (settings.merge !== 'or') return;
      throw file.fail(['steps', name, 'settings', 'merge'], 'masks that are joined have no probabilities to tune');
    },
    settings(step, place) {
      checkPrediction(place, step.settings);
      checkSearch(step, place);
    },
    scale(step, place) {
      requireObjectNetworks(place, step.models, ['models']);
      checkOwnScale(step, place);
      requireValidation(place, step.models, ['models']);
      requireHeldOutSlides(place, step.models, ['models']);
    },
  },
  rows({ models, group }, place, slides) {
    const { recipe } = place.file;
    const trained = recipe.steps[models];
    const prepares = isTrain(trained) ? officialPrepares(recipe, trained) : [];
    checkGroup(
      place,
      prepares.flatMap((step) => slides.get(step.slides) ?? []),
      group,
    );
  },
  explain: explainPrediction,
};
