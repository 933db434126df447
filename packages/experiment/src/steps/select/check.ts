/** What a recipe can get wrong with a select step: a selection without candidates, and keys that would do nothing beside the others. */
import type { FtuError } from '@ftuseg/core';
import type { StepRules } from '../../step-kind/define-step.js';
import { namedSteps } from '../../step-kind/recipe.js';
import type { StepPlace } from '../../step-kind/step-kind.js';
import { checkOneEnsemble } from '../shared/checks/check-classes.js';
import { requireHeldOutSlides, requireValidation } from '../shared/checks/check-held-out.js';
import { requireObjectNetworks } from '../shared/checks/check-networks.js';
import { checkShown } from '../shared/checks/check-scale.js';
import { checkPrediction, explainPrediction } from '../shared/prediction-settings.js';
import { type SelectStep, selectSchema } from './schema.js';

type Fail = (at: readonly string[], problem: string, hint: string) => FtuError;

const ROUNDS_BY_DEFAULT = selectSchema.shape.rounds.def.defaultValue;

/** What turns probabilities into masks at level 0. A greedy selection ends at probabilities, after DenseCRF, and takes a threshold of a half. */
const MASK_SETTINGS = ['peak', 'minimumArea', 'fillHoles', 'split'] as const;

function checkKeys({ by, scores }: SelectStep, { file, name }: StepPlace): void {
  const at = ['steps', name];
  if (by === 'given' && Object.keys(scores ?? {}).length === 0) {
    throw file.fail(at, 'a selection by given scores has no candidate', 'write `scores: {STEP/fold-0: 0.93}`');
  }
  if (by !== 'given' && scores !== undefined) throw file.fail([...at, 'scores'], 'scores are for `by: given`');
}

function checkGreedy({ by, best, settings }: SelectStep, fail: Fail): void {
  const greedy = 'a greedy selection ranks ensembles of train steps by out-of-fold Dice';
  if (by !== 'out-of-fold') throw fail(['by'], `"by: ${by}" would do nothing: ${greedy}`, 'leave it out');
  if (best !== undefined) throw fail(['best'], `"best" would do nothing: ${greedy}`, 'bound it by `rounds`');
  // Where masks of tiles are joined, the threshold makes these masks.
  const threshold = settings.merge === 'or' ? [] : (['threshold'] as const);
  const idle = [...threshold, ...MASK_SETTINGS].find((setting) => settings[setting] !== undefined);
  if (idle === undefined) return;
  const where = 'a greedy selection scores mean probabilities at the working resolution against a half';
  throw fail(['settings', idle], `"settings.${idle}" would do nothing: ${where}`, 'leave it out');
}

function checkUnused(step: SelectStep, { file, name }: StepPlace): void {
  const fail: Fail = (at, problem, hint) => file.fail(['steps', name, ...at], `steps.${name}: ${problem}`, hint);
  if (step.ensemble === 'greedy') {
    checkGreedy(step, fail);
    return;
  }
  const [setting] = Object.keys(step.settings);
  if (step.rounds !== ROUNDS_BY_DEFAULT) {
    throw fail(['rounds'], '"rounds" would do nothing: it is for `ensemble: greedy`', 'leave it out');
  }
  if (step.by === 'whole-slides' || setting === undefined) return;
  throw fail(
    ['settings', setting],
    `"settings.${setting}" would do nothing: nothing is predicted`,
    'select `by: whole-slides`, or leave it out',
  );
}

export const selectRules: StepRules<SelectStep> = {
  references: ({ from }) => namedSteps(['from'], from, ['train']),
  check: {
    keys: checkKeys,
    settings: ({ settings }, place) => checkPrediction(place, settings),
    unused: checkUnused,
    scale({ from, settings, ensemble, by }, place) {
      const predicts = ensemble === 'greedy' || by === 'whole-slides';
      if (predicts) requireObjectNetworks(place, from, ['from']);
      if (by !== 'given') requireValidation(place, from, ['from']);
      if (predicts) requireHeldOutSlides(place, from, ['from']);
      if (ensemble === 'greedy') checkOneEnsemble(place, from);
      for (const models of [from].flat()) checkShown(place, { models, settings });
    },
  },
  explain: explainPrediction,
};
