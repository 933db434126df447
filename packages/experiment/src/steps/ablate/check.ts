/** What a recipe can get wrong with an ablate step: its stages, its factors, and the settings of every level and combination. */
import { refuseUnusedPrediction } from '@ftuseg/infer';
import { parseClasses } from '@ftuseg/slide';
import type { StepRules } from '../../step-kind/define-step.js';
import { namedSteps } from '../../step-kind/recipe.js';
import { atKey, atSettings } from '../../step-kind/settings-place.js';
import type { StepPlace } from '../../step-kind/step-kind.js';
import { checkScored } from '../shared/checks/check-classes.js';
import { requireObjectNetworks } from '../shared/checks/check-networks.js';
import { checkShown } from '../shared/checks/check-scale.js';
import { requireUnseen } from '../shared/checks/check-unseen.js';
import { checkGroup } from '../shared/groups/check-group.js';
import { checkPrediction, explainPrediction } from '../shared/prediction-settings.js';
import { combinationsOf } from './combinations.js';
import type { AblateStep } from './schema.js';

/** Rows of an ablation's table: more are a mistake, and would not be looked at. */
const MAX_COMBINATIONS = 2000;

/** The levels of all factors, with their places in the step. */
const levelsOf = ({ factors }: AblateStep) =>
  Object.entries(factors).flatMap(([factor, levels]) =>
    Object.entries(levels).map(([level, settings]) => ({ at: ['factors', factor, level], settings })),
  );

function checkKeys({ factors, stages }: AblateStep, { file, name }: StepPlace): void {
  const levels = Object.values(factors).map((one) => Object.keys(one).length);
  const count = levels.reduce((product, number) => product * number, Object.keys(stages).length);
  if (count > MAX_COMBINATIONS) {
    throw file.fail(
      ['steps', name, 'factors'],
      `${Object.keys(stages).length} stages times ${levels.join(' x ')} levels are ${count} rows, more than ${MAX_COMBINATIONS}`,
      'leave factors or levels out',
    );
  }
  if (Object.keys(stages).length > 0) return;
  throw file.fail(['steps', name, 'stages'], 'there is no stage to compare');
}

function checkSettings(step: AblateStep, place: StepPlace): void {
  atKey(place, ['classes'], () => void parseClasses(step.classes));
  checkScored(place, Object.values(step.stages).flat(), step.classes);
  checkPrediction(place, step.settings);
  for (const { at, settings } of levelsOf(step)) checkPrediction(place, settings, at);
  for (const { settings } of combinationsOf(step)) {
    atSettings(place, { at: ['factors'], settings }, () => refuseUnusedPrediction(settings));
  }
}

function checkScale(step: AblateStep, place: StepPlace): void {
  for (const [title, models] of Object.entries(step.stages)) {
    requireObjectNetworks(place, models, ['stages', title]);
    checkShown(place, { models, settings: step.settings, slides: step.slides });
    for (const level of levelsOf(step)) checkShown(place, { ...level, models, slides: step.slides });
  }
}

export const ablateRules: StepRules<AblateStep> = {
  references: ({ stages }) =>
    Object.entries(stages).flatMap(([title, names]) => namedSteps(['stages', title], names, ['select', 'train'])),
  slides: ({ slides }) => [{ slides, as: 'labels' }],
  rows({ slides: entry, stages, group }, place, slides) {
    checkGroup(place, slides.get(entry) ?? [], group);
    requireUnseen(place, { models: Object.values(stages).flat(2), entry, at: ['slides'] }, slides);
  },
  check: { keys: checkKeys, settings: checkSettings, scale: checkScale },
  explain: explainPrediction,
};
