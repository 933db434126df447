/** What only the steps of a recipe together can get wrong, found before hours of work depend on it. */
import { realpath, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { predictSettingsSchema, tunable } from '@ftuseg/infer';
import { nearestName } from '@ftuseg/nn';
import { filterRows, readSlideTable, type SlideRow } from '@ftuseg/slide';
import { parseTrainConfig } from '@ftuseg/train';
import { orderOf } from './order.js';
import type { RecipeFile, RecipePath } from './read-recipe.js';
import { referencesOf, slidesOf } from './references.js';
import type { SlidesSource, Step } from './schema.js';

export interface CheckedRecipe {
  readonly file: RecipeFile;
  /** Names of the steps, each after those that it builds on. */
  readonly order: readonly string[];
  /** Rows of each entry of `slides`; without their truth where the entry says `labels: false`. */
  readonly slides: ReadonlyMap<string, readonly SlideRow[]>;
  /** Absolute folder of each step. */
  readonly folders: ReadonlyMap<string, string>;
}

const list = (names: readonly string[]): string => names.join(', ');

function checkReferences(file: RecipeFile): void {
  const { recipe } = file;
  for (const [name, step] of Object.entries(recipe.steps)) {
    for (const { at, name: other, kinds } of referencesOf(step, recipe)) {
      const found = recipe.steps[other];
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
    if (slides !== undefined && recipe.slides[slides.name] === undefined) {
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
      attempt(['settings'], step.settings, (subject) =>
        parseTrainConfig({ ...step.settings, data: '.', out: '.' }, subject),
      );
    } else if ('settings' in step) checkPredictSettings(attempt, ['settings'], step.settings);
    if (step.do === 'ablate')
      for (const [factor, levels] of Object.entries(step.factors))
        for (const [level, settings] of Object.entries(levels))
          checkPredictSettings(attempt, ['factors', factor, level], settings);
    if (step.do === 'tune')
      for (const [i, word] of (step.search ?? []).entries())
        if (!tunable.some((one) => one === word))
          throw file.fail(['steps', name, 'search', i], `there is no "${word}" to tune`, `there are ${list(tunable)}`);
  }
}

type Attempt = (at: RecipePath, settings: Record<string, unknown>, check: (subject: string) => void) => void;

function checkPredictSettings(attempt: Attempt, at: RecipePath, settings: Record<string, unknown>): void {
  attempt(at, settings, (subject) => {
    const parsed = predictSettingsSchema.strict().safeParse(settings);
    if (parsed.success) return;
    const [issue] = parsed.error.issues;
    if (issue?.code === 'unrecognized_keys') {
      const [key = ''] = issue.keys;
      const nearest = nearestName(key, Object.keys(predictSettingsSchema.shape));
      const meant = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
      throw new FtuError('bad-input', `there is no setting "${key}"${meant}`, { subject });
    }
    throw new FtuError('bad-input', `${issue?.path.join('.')}: ${issue?.message}`, { subject });
  });
}

function checkStep(file: RecipeFile, name: string, step: Step): void {
  const at = ['steps', name];
  if (step.do === 'prepare' && step.micronsPerPixel !== undefined && step.downsample !== undefined) {
    throw file.fail([...at, 'downsample'], 'give micronsPerPixel or downsample, not both');
  }
  if (step.do === 'pseudo-label' && step.uncertain[0] > step.uncertain[1]) {
    throw file.fail([...at, 'uncertain'], `the band from ${step.uncertain[0]} to ${step.uncertain[1]} is upside down`);
  }
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

function foldersOf(file: RecipeFile, out: string): Map<string, string> {
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

async function readSlides(file: RecipeFile, name: string, source: SlidesSource): Promise<SlideRow[]> {
  try {
    const table = await readSlideTable(resolve(file.folder, source.table));
    const rows = source.where === undefined ? table : filterRows(table, source.where);
    return rows.map((row) => {
      const { mask, rle, annotations, columns, ...rest } = row;
      const microns = row.micronsPerPixel ?? source.micronsPerPixel;
      const scaled = microns === undefined ? {} : { micronsPerPixel: microns };
      if (source.labels) return { ...row, ...scaled };
      const { mask: _mask, rle: _rle, encoding: _encoding, annotations: _annotations, ...others } = columns;
      return { ...rest, ...scaled, columns: others };
    });
  } catch (error) {
    if (!(error instanceof FtuError)) throw error;
    throw file.fail(
      ['slides', name, source.where === undefined || error.code !== 'bad-input' ? 'table' : 'where'],
      error.message,
    );
  }
}

/** Slides that some step validates, tunes or tests on with their labels. */
function validating(file: RecipeFile): Map<string, string> {
  const { recipe } = file;
  const found = new Map<string, string>();
  const add = (step: string): void => {
    const data = recipe.steps[step];
    if (data?.do === 'prepare') found.set(data.slides, step);
  };
  for (const step of Object.values(recipe.steps)) {
    if (step.do !== 'train') continue;
    add(step.data);
    for (const { data, role } of Object.values(step.sources)) if (role === 'official') add(data);
  }
  return found;
}

async function checkPseudo(file: RecipeFile, slides: ReadonlyMap<string, readonly SlideRow[]>): Promise<void> {
  const official = validating(file);
  const paths = async (name: string): Promise<Set<string>> =>
    new Set(await Promise.all((slides.get(name) ?? []).map(({ image }) => realpath(image).catch(() => image))));
  for (const [name, step] of Object.entries(file.recipe.steps)) {
    if (step.do !== 'pseudo-label') continue;
    const ours = await paths(step.slides);
    for (const [validated, prepared] of official) {
      const both = validated === step.slides ? undefined : [...(await paths(validated))].find((path) => ours.has(path));
      if (validated !== step.slides && both === undefined) continue;
      const what = both === undefined ? `slides "${step.slides}"` : `slide ${both} of "${step.slides}"`;
      throw file.fail(
        ['steps', name, 'slides'],
        `${what} would be pseudo-labelled and validate (step "${prepared}")`,
        'pseudo-label other slides: no score of these could be trusted',
      );
    }
  }
}

async function checkFiles(file: RecipeFile, slides: ReadonlyMap<string, readonly SlideRow[]>): Promise<void> {
  for (const [name, rows] of slides) {
    for (const { id, image } of rows) {
      const there = await stat(image).catch(() => undefined);
      if (there === undefined)
        throw file.fail(['slides', name, 'table'], `the image of slide "${id}" is not there: ${image}`);
    }
  }
}

/**
 * @param out absolute folder of the experiment
 * @throws {FtuError} `bad-input` with the line: an unknown step or slides, a circle, a missing file, settings that `ftu train` or
 * `ftu predict` would refuse, slides that are pseudo-labelled and validate, steps that write the same place, a selection without candidates
 * @example
 * const { order } = await checkRecipe(await readRecipe('recipe.yaml'), resolve('runs/mine'));
 */
export async function checkRecipe(file: RecipeFile, out: string): Promise<CheckedRecipe> {
  if (Object.keys(file.recipe.steps).length === 0) throw file.fail(['steps'], 'there is no step');
  checkReferences(file);
  const order = orderOf(file);
  for (const [name, step] of Object.entries(file.recipe.steps)) checkStep(file, name, step);
  checkSettings(file);
  const folders = foldersOf(file, out);
  const slides = new Map<string, readonly SlideRow[]>();
  for (const [name, source] of Object.entries(file.recipe.slides))
    slides.set(name, await readSlides(file, name, source));
  await checkFiles(file, slides);
  await checkPseudo(file, slides);
  return { file, order, slides, folders };
}
