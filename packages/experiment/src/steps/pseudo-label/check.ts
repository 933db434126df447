/** Settings of a pseudo-label step that its kind of labels does not look at: written down, they would do nothing. */
import { parseClasses } from '@ftuseg/slide';
import type { StepRules } from '../../step-kind/define-step.js';
import { namedSteps } from '../../step-kind/recipe.js';
import type { StepPlace } from '../../step-kind/step-kind.js';
import { isPicturesOnly } from '../prepare/pictures-only.js';
import { isPrepare } from '../prepare/schema.js';
import { checkLabelled } from '../shared/checks/check-classes.js';
import { requireObjectNetworks } from '../shared/checks/check-networks.js';
import { checkOwnScale } from '../shared/checks/check-scale.js';
import { checkPrediction, explainPrediction } from '../shared/prediction-settings.js';
import { isTune } from '../tune/schema.js';
import { IDLE_VALUES } from './mask-settings.js';
import type { PseudoLabelStep } from './schema.js';

const TAKE_MASK = 'take `labels: mask`, or leave it out';

function checkKeys(step: PseudoLabelStep, place: StepPlace): void {
  const { file, name } = place;
  const [low, high] = step.uncertain;
  if (low > high) throw file.fail(['steps', name, 'uncertain'], `the band from ${low} to ${high} is upside down`);
  if (isPicturesOnly(file.recipe, file.recipe.steps[step.like])) {
    throw file.fail(
      ['steps', name, 'like'],
      `"${step.like}" prepares slides without labels, so that it says nothing of classes`,
      'name the prepare step that the models were trained on',
    );
  }
  if (step.labels === 'mask') checkMask(step, place);
  else checkProbabilities(step, place);
}

function checkMask({ uncertain, like }: PseudoLabelStep, { file, name }: StepPlace): void {
  const at = ['steps', name];
  if (uncertain.some((value) => value !== 0.5)) {
    throw file.fail(
      [...at, 'uncertain'],
      'a mask has no probabilities, so that the band `uncertain` does nothing with `labels: mask`',
      'leave it out; `threshold` among the settings decides what is foreground',
    );
  }
  const data = file.recipe.steps[like];
  const values = isPrepare(data) ? (parseClasses(data.classes).values ?? []).flat() : [];
  if (new Set(values).size < values.length) {
    throw file.fail(
      [...at, 'labels'],
      `a mask has one class per pixel, and classes of "${like}" overlap`,
      'take `labels: hard`',
    );
  }
}

function checkProbabilities(step: PseudoLabelStep, { file, name }: StepPlace): void {
  const at = ['steps', name, 'settings'];
  const { labels, settings, tuned } = step;
  for (const [setting, idle] of Object.entries(IDLE_VALUES)) {
    if (idle.includes(settings[setting])) continue;
    const instead = setting === 'threshold' ? '; the band `uncertain` decides' : '';
    throw file.fail(
      [...at, setting],
      `"${setting}" does nothing with \`labels: ${labels}\`, which are made of probabilities${instead}`,
      TAKE_MASK,
    );
  }
  if (settings.merge === 'or') {
    throw file.fail(
      [...at, 'merge'],
      `merge "or" joins masks, and \`labels: ${labels}\` are made of probabilities`,
      'take `labels: mask`, or merge by hann, gaussian, mean or center',
    );
  }
  const tuning = tuned === undefined ? undefined : file.recipe.steps[tuned];
  if (!isTune(tuning) || tuning.search === undefined || tuning.search.includes('crf')) return;
  throw file.fail(
    ['steps', name, 'tuned'],
    `step "${tuned}" searches ${tuning.search.join(', ')}, none of which \`labels: ${labels}\` look at`,
    TAKE_MASK,
  );
}

export const pseudoLabelRules: StepRules<PseudoLabelStep> = {
  references: ({ models, like, tuned }) => [
    ...namedSteps(['models'], models, ['select', 'train']),
    ...namedSteps(['like'], like, ['prepare']),
    ...(tuned === undefined ? [] : namedSteps(['tuned'], tuned, ['tune'])),
  ],
  slides: ({ slides }) => [{ slides, as: 'pseudo-labels' }],
  check: {
    keys: checkKeys,
    settings: ({ settings }, place) => checkPrediction(place, settings),
    scale(step, place) {
      requireObjectNetworks(place, step.models, ['models']);
      checkOwnScale(step, place);
      checkLabelled(place, step);
    },
  },
  explain: explainPrediction,
};
