/**
 * Whether the steps of a recipe agree on scale: a network that is shown pixels of another size than it was trained on answers something,
 * and nobody sees that it is wrong.
 */
import type { RecipeFile, RecipePath } from '../../recipe/read-recipe.js';
import type { Step, StepOf } from '../../recipe/schema.js';

type Prepare = StepOf<'prepare'>;

const describe = ({ micronsPerPixel, downsample = 1 }: Prepare): string =>
  micronsPerPixel !== undefined
    ? `${micronsPerPixel} µm per pixel`
    : downsample === 1
      ? 'native pixels'
      : `a downsample of ${downsample}`;

/** The prepare step that decides what a data step's rasters look like. */
function preparedLike(file: RecipeFile, name: string): { readonly name: string; readonly step: Prepare } | undefined {
  const step = file.recipe.steps[name];
  if (step?.do === 'prepare') return { name, step };
  return step?.do === 'pseudo-label' ? preparedLike(file, step.like) : undefined;
}

function checkSources(file: RecipeFile, name: string, step: StepOf<'train'>): void {
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
    refuseUnlike(`at ${describe(other.step)}`, `at ${describe(main.step)}`);
    refuseUnlike(`in tiles of ${other.step.tile}`, `in tiles of ${main.step.tile}`);
  }
}

/** Prepare steps of the official slides that models were trained on. */
function preparedFor(file: RecipeFile, models: string | readonly string[]): { name: string; step: Prepare }[] {
  return [models].flat().flatMap((name) => {
    const step = file.recipe.steps[name];
    if (step?.do === 'select') return preparedFor(file, step.from);
    const data = step?.do === 'train' ? preparedLike(file, step.data) : undefined;
    return data === undefined ? [] : [data];
  });
}

interface Shown {
  readonly models: string | readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of the settings, inside the recipe. */
  readonly at: RecipePath;
}

/** What a step shows networks, and with which settings of prediction. */
function shownBy(name: string, step: Step): Shown[] {
  const at = ['steps', name, 'settings'];
  switch (step.do) {
    case 'predict':
    case 'pseudo-label':
    case 'tune':
      return [{ models: step.models, settings: step.settings, at }];
    case 'select':
      return [step.from].flat().map((models) => ({ models, settings: step.settings, at }));
    case 'ablate': {
      const levels = Object.entries(step.factors).flatMap(([factor, of]) =>
        Object.entries(of).map(([level, settings]) => ({ settings, at: ['steps', name, 'factors', factor, level] })),
      );
      return Object.values(step.stages).flatMap((models) =>
        [{ settings: step.settings, at }, ...levels].map((one) => ({ models, ...one })),
      );
    }
    default:
      return [];
  }
}

function checkShown(file: RecipeFile, step: Step, { models, settings, at }: Shown): void {
  const prepared = preparedFor(file, models);
  const { downsample, merge } = settings;
  const other = prepared.find(({ step: { micronsPerPixel, downsample: factor = 1 } }) =>
    typeof downsample === 'number' ? micronsPerPixel !== undefined || factor !== downsample : false,
  );
  const slides = 'slides' in step ? file.recipe.slides[step.slides] : undefined;
  if (other !== undefined && slides?.micronsPerPixel === undefined) {
    throw file.fail(
      [...at, 'downsample'],
      `the models were trained on "${other.name}" at ${describe(other.step)}, and here slides are shrunk by ${String(downsample)}`,
      "leave downsample out, or give the slides' entry its micronsPerPixel if they have another scale than the training slides",
    );
  }
  const [first] = prepared;
  const apart = prepared.find((one) => first !== undefined && describe(one.step) !== describe(first.step));
  if (merge === 'or' && first !== undefined && apart !== undefined) {
    throw file.fail(
      [...at, 'merge'],
      `models trained at ${describe(first.step)} and at ${describe(apart.step)} cannot be merged by "or"`,
      'merge by hann, gaussian, mean or center',
    );
  }
}

/**
 * @throws {FtuError} `bad-input` with the line: sources of one training at different scales or tile sizes; a prediction by another factor than
 * its models were trained at; models of different scales that are merged by "or"
 */
export function checkScale(file: RecipeFile): void {
  for (const [name, step] of Object.entries(file.recipe.steps)) {
    if (step.do === 'train') checkSources(file, name, step);
    for (const shown of shownBy(name, step)) checkShown(file, step, shown);
  }
}
