/** What the steps of a recipe can get wrong together, told from the recipe alone. */
import { relative, resolve, sep } from 'node:path';
import { FtuError, meant, nearestName } from '@ftuseg/core';
import { predictSettingsSchema, refuseUnusedPrediction, tunable } from '@ftuseg/infer';
import { checkSchema, problemText } from '@ftuseg/nn';
import { parseTrainConfig, refuseUnusedTraining, unusedSettings } from '@ftuseg/train';
import { checkPseudoLabels } from '../steps/pseudo-label/check.js';
import { checkUnused } from '../steps/select/check.js';
import { checkScale } from '../steps/shared/check-scale.js';
import { orderOf } from './order.js';
import type { RecipeFile, RecipePath } from './read-recipe.js';
import { referencesOf, slidesOf } from './references.js';
import type { Step, StepOf } from './schema.js';

const list = (names: readonly string[]): string => names.join(', ');

function checkReferences(file: RecipeFile): void {
  const { recipe } = file;
  for (const [name, step] of Object.entries(recipe.steps)) {
    for (const { at, name: other, kinds } of referencesOf(step, recipe)) {
      const found = Object.hasOwn(recipe.steps, other) ? recipe.steps[other] : undefined;
      const place = ['steps', name, ...at];
      if (found === undefined) {
        const nearest = nearestName(other, Object.keys(recipe.steps));
        throw file.fail(
          place,
          `there is no step "${other}"`,
          nearest === undefined ? undefined : `did you mean "${nearest}"?`,
        );
      }
      if (!kinds.includes(found.do)) {
        throw file.fail(place, `"${other}" is a step that does ${found.do}, where ${kinds.join(' or ')} is needed`);
      }
    }
    const slides = slidesOf(step);
    if (slides !== undefined && !Object.hasOwn(recipe.slides, slides.name)) {
      const known = Object.keys(recipe.slides);
      throw file.fail(
        ['steps', name, ...slides.at],
        `there are no slides "${slides.name}"`,
        `there are ${list(known)}`,
      );
    }
  }
}

/** Settings of other commands, by their own checks. */
function checkSettings(file: RecipeFile): void {
  for (const [name, step] of Object.entries(file.recipe.steps)) {
    const attempt = (at: RecipePath, settings: Record<string, unknown>, check: (subject: string) => void): void => {
      try {
        check(`steps.${[name, ...at].join('.')}`);
      } catch (error) {
        if (!(error instanceof FtuError)) throw error;
        const setting = /setting "([\w.]+)"|^([\w.]+): /.exec(error.problem);
        const path = (setting?.[1] ?? setting?.[2] ?? '').split('.').filter((key) => key !== '');
        const known = path[0] !== undefined && path[0] in settings;
        throw file.fail(['steps', name, ...at, ...(known ? path : [])], `${error.subject ?? ''}: ${error.problem}`);
      }
    };
    if (step.do === 'train') {
      for (const key of ['data', 'out', 'sources', 'overwrite'])
        if (key in step.settings)
          throw file.fail(['steps', name, 'settings', key], `the recipe decides "${key}" of a training by itself`);
      attempt(['settings'], step.settings, (subject) => {
        const settings = { ...step.settings, data: '.', out: '.' };
        parseTrainConfig(settings, subject);
        refuseUnusedTraining(settings, subject);
      });
      checkSources(file, name, step);
    } else if ('settings' in step) checkPredictSettings(attempt, ['settings'], step.settings);
    if (step.do === 'ablate') {
      for (const [factor, levels] of Object.entries(step.factors))
        for (const [level, settings] of Object.entries(levels))
          checkPredictSettings(attempt, ['factors', factor, level], settings);
      for (const settings of combined(step)) attempt(['factors'], settings, () => refuseUnusedPrediction(settings));
    }
    if (step.do === 'tune')
      for (const [i, word] of (step.search ?? []).entries())
        if (!tunable.some((one) => one === word))
          throw file.fail(['steps', name, 'search', i], `there is no "${word}" to tune`, `there are ${list(tunable)}`);
  }
}

/** Shares and weights of sources, by the rules of a training. */
function checkSources(file: RecipeFile, name: string, step: StepOf<'train'>): void {
  const sources = Object.entries(step.sources).map(([source, { data: _, role = 'external', ...rest }]) => {
    return [source, { data: '.', role, ...rest }] as const;
  });
  if (sources.length === 0) return;
  const settings = { ...step.settings, sources: Object.fromEntries(sources), data: '.', out: '.' };
  const idle = unusedSettings(settings).find(({ setting }) => setting.startsWith('sources.'));
  if (idle === undefined) return;
  throw file.fail(
    ['steps', name, ...idle.setting.split('.')],
    `steps.${name}: "${idle.setting}" would do nothing: ${idle.reason}`,
    'leave it out',
  );
}

type Attempt = (at: RecipePath, settings: Record<string, unknown>, check: (subject: string) => void) => void;

function checkPredictSettings(attempt: Attempt, at: RecipePath, settings: Record<string, unknown>): void {
  attempt(at, settings, (subject) => {
    const parsed = checkSchema(predictSettingsSchema.strict(), settings);
    if (parsed.success) {
      refuseUnusedPrediction(parsed.data);
      return;
    }
    const [first] = parsed.problems;
    if (first.issue.code === 'unrecognized_keys') {
      const [key = ''] = first.issue.keys;
      const near = meant(key, Object.keys(predictSettingsSchema.shape));
      throw new FtuError('bad-input', `there is no setting "${key}"${near}`, { subject });
    }
    throw new FtuError('bad-input', problemText(first), { subject });
  });
}

/** Rows of an ablation's table: more are a mistake, and would not be looked at. */
const MAX_COMBINATIONS = 2000;

function refuseMany(file: RecipeFile, name: string, { factors, stages }: StepOf<'ablate'>): void {
  const levels = Object.values(factors).map((one) => Object.keys(one).length);
  const count = levels.reduce((product, number) => product * number, Object.keys(stages).length);
  if (count <= MAX_COMBINATIONS) return;
  throw file.fail(
    ['steps', name, 'factors'],
    `${Object.keys(stages).length} stages times ${levels.join(' x ')} levels are ${count} rows, more than ${MAX_COMBINATIONS}`,
    'leave factors or levels out',
  );
}

/** Settings of every choice of one level for each factor. */
const combined = ({ factors, settings }: Extract<Step, { do: 'ablate' }>): Record<string, unknown>[] =>
  Object.values(factors).reduce<Record<string, unknown>[]>(
    (list, levels) => list.flatMap((one) => Object.values(levels).map((own) => ({ ...one, ...own }))),
    [settings],
  );

function checkStep(file: RecipeFile, name: string, step: Step): void {
  const at = ['steps', name];
  if (step.do === 'prepare' && step.micronsPerPixel !== undefined && step.downsample !== undefined) {
    throw file.fail([...at, 'downsample'], 'give micronsPerPixel or downsample, not both');
  }
  if (step.do === 'pseudo-label') checkPseudoLabels(file, at, step);
  if (step.do === 'tune' && step.settings.merge === 'or') {
    throw file.fail([...at, 'settings', 'merge'], 'masks that are joined have no probabilities to tune');
  }
  if (step.do === 'ablate') refuseMany(file, name, step);
  if (step.do === 'ablate' && Object.keys(step.stages).length === 0) {
    throw file.fail([...at, 'stages'], 'there is no stage to compare');
  }
  if (step.do === 'select' && step.by === 'given' && Object.keys(step.scores ?? {}).length === 0) {
    throw file.fail(at, 'a selection by given scores has no candidate', 'write `scores: {STEP/fold-0: 0.93}`');
  }
  if (step.do === 'select' && step.by !== 'given' && step.scores !== undefined) {
    throw file.fail([...at, 'scores'], 'scores are for `by: given`');
  }
  if (step.do !== 'train') return;
  if (step.encoderFrom !== undefined && 'encoderWeights' in step.settings) {
    throw file.fail(
      [...at, 'settings', 'encoderWeights'],
      `"${name}" starts from the encoder of "${step.encoderFrom}", so that encoderWeights would do nothing`,
      'leave one of the two out',
    );
  }
  for (const [source, { data, role }] of Object.entries(step.sources)) {
    const predicted = file.recipe.steps[data]?.do === 'pseudo-label';
    if (predicted && role !== undefined && role !== 'pseudo') {
      throw file.fail(
        [...at, 'sources', source, 'role'],
        `pseudo-labels of "${data}" cannot be ${role}`,
        'leave the role out',
      );
    }
  }
}

/**
 * Checks names, kinds, settings, scales and circles.
 * @returns names of the steps, each after those that it builds on
 * @throws {FtuError} `bad-input` with the line
 * @example
 * checkSteps(await readRecipe('recipe.yaml'));
 */
export function checkSteps(file: RecipeFile): string[] {
  if (Object.keys(file.recipe.steps).length === 0) throw file.fail(['steps'], 'there is no step');
  checkReferences(file);
  const order = orderOf(file);
  for (const [name, step] of Object.entries(file.recipe.steps)) checkStep(file, name, step);
  checkSettings(file);
  checkUnused(file);
  checkScale(file);
  return order;
}

/**
 * The absolute folder of each step.
 * @throws {FtuError} `bad-input` for one outside the experiment's, and for two of which one lies in the other
 */
export function foldersOf(file: RecipeFile, out: string): Map<string, string> {
  const folders = new Map<string, string>();
  for (const [name, step] of Object.entries(file.recipe.steps)) {
    const folder = resolve(out, step.out ?? name);
    const inside = relative(out, folder);
    if (inside === '' || inside.startsWith('..')) {
      throw file.fail(['steps', name, 'out'], `"${step.out}" is not a folder inside the experiment's`);
    }
    for (const [other, theirs] of folders) {
      if (folder !== theirs && !folder.startsWith(theirs + sep) && !theirs.startsWith(folder + sep)) continue;
      const key = step.out === undefined && file.recipe.steps[other]?.out !== undefined ? other : name;
      throw file.fail(['steps', key, 'out'], `steps "${other}" and "${name}" would write the same place, ${inside}`);
    }
    folders.set(name, folder);
  }
  return folders;
}
