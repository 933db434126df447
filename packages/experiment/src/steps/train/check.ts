/** What a recipe can get wrong with a train step: its start, its settings, and the sources that it learns from. */
import type { SlideRow } from '@ftuseg/slide';
import {
  checkSplit,
  type PlannedSlide,
  parseTrainConfig,
  refuseUnusedTraining,
  type TrainConfigInput,
  unusedSettings,
} from '@ftuseg/train';
import type { StepRules } from '../../step-kind/define-step.js';
import { namedSteps, type Recipe, type SlideUse } from '../../step-kind/recipe.js';
import { atSettings } from '../../step-kind/settings-place.js';
import type { StepPlace } from '../../step-kind/step-kind.js';
import { isPicturesOnly } from '../prepare/pictures-only.js';
import { isPrepare } from '../prepare/schema.js';
import { isPseudoLabel } from '../pseudo-label/schema.js';
import { describeScale, preparedLike } from '../shared/prepared-like.js';
import { officialData, onlyRole, roleOf, sourcesOf } from './roles.js';
import type { TrainStep } from './schema.js';

/** Settings that the recipe decides by itself. */
const DECIDED = ['data', 'out', 'sources', 'overwrite'];

function checkKeys(step: TrainStep, { file, name }: StepPlace): void {
  const at = ['steps', name];
  if (step.encoderFrom !== undefined && 'encoderWeights' in step.settings) {
    throw file.fail(
      [...at, 'settings', 'encoderWeights'],
      `"${name}" starts from the encoder of "${step.encoderFrom}", so that encoderWeights would do nothing`,
      'leave one of the two out',
    );
  }
  if (isPicturesOnly(file.recipe, file.recipe.steps[step.data])) {
    throw file.fail(
      [...at, 'data'],
      `"${step.data}" prepares slides without labels (\`labels: false\`), and a training needs slides with labels`,
      'name them under `sources`, where their pictures teach, and give `data` slides with labels',
    );
  }
  for (const [source, { data, role }] of Object.entries(step.sources)) {
    const only = onlyRole(file.recipe, data);
    if (only === undefined || role === undefined || role === only) continue;
    const what =
      only === 'pseudo'
        ? `pseudo-labels of "${data}"`
        : `slides without labels, which are all that there is in "${data}",`;
    throw file.fail([...at, 'sources', source, 'role'], `${what} cannot be ${role}`, 'leave the role out');
  }
}

function checkSettings(step: TrainStep, place: StepPlace): void {
  const { file, name } = place;
  for (const key of DECIDED) {
    if (!(key in step.settings)) continue;
    throw file.fail(['steps', name, 'settings', key], `the recipe decides "${key}" of a training by itself`);
  }
  const at = { at: ['settings'], settings: step.settings };
  atSettings(place, at, (subject) => void parseTrainConfig({ ...step.settings, data: '.', out: '.' }, subject));
  const whole = { ...step.settings, ...sourcesOf(file.recipe, step, () => '.'), data: '.', out: '.' };
  checkSources(whole, place);
  atSettings(place, at, (subject) => refuseUnusedTraining(whole, subject));
}

/** Shares and weights of sources, by the rules of a training. */
function checkSources(settings: TrainConfigInput, { file, name }: StepPlace): void {
  const idle = unusedSettings(settings).find(({ setting }) => setting.startsWith('sources.'));
  if (idle === undefined) return;
  throw file.fail(
    ['steps', name, ...idle.setting.split('.')],
    `steps.${name}: "${idle.setting}" would do nothing: ${idle.reason}`,
    'leave it out',
  );
}

/** All sources of a training show its network the same scale, in tiles of the same size. */
function checkScale(step: TrainStep, { file, name }: StepPlace): void {
  const main = preparedLike(file, step.data);
  if (main === undefined) return;
  for (const [source, { data }] of Object.entries(step.sources)) {
    const other = preparedLike(file, data);
    if (other === undefined || other.name === main.name) continue;
    const refuseUnlike = (theirs: string, ours: string): void => {
      if (theirs === ours) return;
      throw file.fail(
        ['steps', name, 'sources', source, 'data'],
        `"${data}" is prepared ${theirs}, and "${step.data}" ${ours}`,
        'prepare all sources of a training alike',
      );
    };
    refuseUnlike(`at ${describeScale(other.step)}`, `at ${describeScale(main.step)}`);
    refuseUnlike(`in tiles of ${other.step.tile}`, `in tiles of ${main.step.tile}`);
  }
}

/** The rows of the slides that a data step prepares or labels. */
function rowsOf(recipe: Recipe, name: string, slides: ReadonlyMap<string, readonly SlideRow[]>): readonly SlideRow[] {
  const data = recipe.steps[name];
  return isPrepare(data) || isPseudoLabel(data) ? (slides.get(data.slides) ?? []) : [];
}

const planned = ({ id, columns, image }: SlideRow, role: PlannedSlide['role']): PlannedSlide => ({
  id,
  columns,
  picture: image,
  role,
});

function checkRows(step: TrainStep, place: StepPlace, slides: ReadonlyMap<string, readonly SlideRow[]>): void {
  const { recipe } = place.file;
  const main = rowsOf(recipe, step.data, slides).map((row) => planned(row, 'official'));
  const others = Object.values(step.sources).flatMap((source) =>
    rowsOf(recipe, source.data, slides).map((row) => planned(row, roleOf(recipe, source))),
  );
  const { settings } = step;
  const config = parseTrainConfig({ ...settings, data: '.', out: '.' });
  atSettings(place, { at: ['settings'], settings }, () => checkSplit([...main, ...others], config));
}

/** The official slides validate, beside what the training learns from. */
function slidesOf(step: TrainStep, recipe: Recipe): SlideUse[] {
  const { split, validate } = step.settings;
  if (split === 'none' && validate === undefined) return [];
  const learnsFrom = Object.values(step.sources).map(({ data }) => data);
  return officialData(recipe, step).flatMap((name): SlideUse[] => {
    const data = recipe.steps[name];
    return isPrepare(data) ? [{ slides: data.slides, as: 'validation', step: name, learnsFrom }] : [];
  });
}

function explain(step: TrainStep, { seed }: Recipe): unknown {
  const given = { ...(seed === undefined ? {} : { seed }), ...step.settings, data: '.', out: '.' };
  const { data: _data, out: _out, overwrite: _overwrite, encoderWeights, ...settings } = parseTrainConfig(given);
  const start = step.encoderFrom === undefined ? { encoderWeights } : {};
  return { ...step, settings: { ...settings, ...start } };
}

export const trainRules: StepRules<TrainStep> = {
  references: (step) => [
    ...namedSteps(['data'], step.data, ['prepare']),
    ...Object.entries(step.sources).flatMap(([name, { data }]) =>
      namedSteps(['sources', name, 'data'], data, ['prepare', 'pseudo-label']),
    ),
    ...(step.encoderFrom === undefined ? [] : namedSteps(['encoderFrom'], step.encoderFrom, ['train'])),
  ],
  slides: slidesOf,
  rows: checkRows,
  check: { keys: checkKeys, settings: checkSettings, scale: checkScale },
  explain,
};
