/**
 * `ftu predict --on slurm`: the table as a recipe of two steps, whose slides are units of a scheduler. The recipe, its records and logs lie in a folder of the output folder; the last step puts the
 * files where `ftu predict` itself would leave them.
 */
import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { checkRecipe, parseRecipe, refuseOtherResults } from '@ftuseg/experiment';
import { inLockedFolder, isAddress, writeFileAtomic } from '@ftuseg/files';
import { STARTER, STARTER_MODEL } from '@ftuseg/folders';
import {
  calibrationNote,
  checkPrediction,
  closeModels,
  type Device,
  loadModel,
  loadModels,
  type ModelFile,
  type OutlineChoice,
  type OutputName,
  predictionNotes,
  type SegmentationModel,
} from '@ftuseg/infer';
import type { SlideRow } from '@ftuseg/slide';
import { stringify } from 'yaml';
import type { CommandContext } from '../../../parser/command.js';
import { kebab } from '../../../parser/command-line.js';
import { UsageError } from '../../../parser/usage-error.js';
import { submitRun } from '../../experiment/engines/run-on-slurm.js';
import { predictionRun } from '../../experiment/run-place.js';
import { noteClasses, readTarget } from './prediction-inputs.js';

export interface AskedPrediction {
  readonly sbatch: string;
  readonly models: readonly ModelFile[];
  /** File of a cascade's coarse network. */
  readonly cascade: string | undefined;
  readonly slides: string;
  readonly where: string | undefined;
  readonly rows: readonly SlideRow[];
  /** With a stain target as it was named. */
  readonly settings: Record<string, unknown>;
  readonly out: string;
  readonly outputs: readonly OutputName[];
  readonly outlines: OutlineChoice | undefined;
  readonly dryRun: boolean;
  readonly device: Device;
  readonly threads: number | undefined;
}

/** Options that mean something for one process after another's work, or for the time of one process. */
const ALONE: Readonly<Record<string, string>> = {
  overwrite: 'remove the folder, or give another one',
  maxHours: 'give the time of a job with `--sbatch "-t ..."`; a slide that takes longer goes on in the next',
  estimateScale: 'run it without `--on` first, and give the scales in column "mpp" of the slide table',
};

/** @throws {UsageError} for an option that would do nothing on many hosts */
export function refuseAlone(given: Readonly<Record<string, unknown>>): void {
  for (const [name, instead] of Object.entries(ALONE)) {
    const value = given[name];
    if (value !== undefined && value !== false)
      throw new UsageError(`--${kebab(name)} does not go with --on: ${instead}`);
  }
  if (given.onFailure === 'empty') {
    throw new UsageError(
      '--on-failure empty does not go with --on: a slide that fails three times is set aside; leave it out with `--where`, and the others are kept',
    );
  }
}

/** The deepest folder that holds all paths. */
export function commonFolder(paths: readonly string[]): string {
  const [first = sep, ...others] = paths.map((path) => path.split(sep));
  let shared = [...first];
  for (const other of others) {
    const end = shared.findIndex((part, i) => other[i] !== part);
    if (end >= 0) shared = shared.slice(0, end);
  }
  return shared.join(sep) || sep;
}

/** Checks everything that can be checked with the models at hand. @returns settings with numbers for a stain target */
async function checkedSettings(asked: AskedPrediction, context: CommandContext): Promise<Record<string, unknown>> {
  const { rows, outputs, outlines, device, threads } = asked;
  const settings = { ...asked.settings };
  const load = { device, threads, onNote: context.note };
  const models = await loadModels(asked.models, load);
  let coarse: SegmentationModel | undefined;
  try {
    if (asked.cascade !== undefined) coarse = await loadModel(asked.cascade, load);
    await readTarget(settings, models, context.signal);
    for (const note of predictionNotes(models, settings)) context.note(note);
    if (outputs.includes('objects')) context.note(calibrationNote(models));
    await checkPrediction(rows, models, { ...settings, cascade: coarse, outputs, outlines });
    await noteClasses(models, asked.slides, context);
  } finally {
    await closeModels(models, coarse);
  }
  return settings;
}

/** The step that puts the files where `ftu predict` would. */
const RESULTS = 'results';

/** @param folder of the recipe, from which its paths count */
function recipeText(asked: AskedPrediction, settings: Readonly<Record<string, unknown>>, folder: string): string {
  const { models, cascade, slides, where, outputs, outlines } = asked;
  const from = (path: string): string =>
    isAddress(path) ? path : relative(folder, resolve(path)).split(sep).join('/') || '.';
  return stringify({
    name: 'ftu predict',
    slides: { all: { table: from(slides), ...(where === undefined ? {} : { where }), labels: false } },
    steps: {
      predictions: {
        do: 'predict',
        modelFiles: models.map(({ path, weight }) => ({
          model: path === STARTER_MODEL ? STARTER : from(path),
          weight,
        })),
        slides: 'all',
        settings,
        ...(cascade === undefined ? {} : { cascade: from(cascade) }),
        outputs,
        ...(outlines === undefined ? {} : { outlines }),
      },
      [RESULTS]: { do: 'copy', predictions: 'predictions', to: '..' },
    },
  });
}

/** The folder of a path to a folder is itself. */
async function folderOf(path: string): Promise<string> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true ? path : dirname(path);
}

/**
 * Submits what is neither done nor in the queue; the same call goes on.
 * @throws {FtuError} whatever `ftu predict` would refuse before its first slide; as `ftu run --on`
 */
export async function submitPrediction(asked: AskedPrediction, context: CommandContext): Promise<unknown> {
  const { sbatch, models, slides, rows, dryRun, device, threads } = asked;
  const out = resolve(asked.out);
  const run = predictionRun(out);
  const recipe = join(run, 'recipe.yaml');
  const coarse = asked.cascade === undefined ? [] : [asked.cascade];
  const files = [slides, ...rows.map(({ image }) => image), ...models.map(({ path }) => path), ...coarse];
  const local = files.filter((path) => !isAddress(path) && path !== STARTER_MODEL).map((path) => resolve(path));
  const root = commonFolder([out, ...(await Promise.all([...new Set(local)].map(folderOf)))]);
  const place = { out: run, root, recipe, set: [], device, threads, trustCode: false };
  // Whoever writes results has the folder to itself, and so has this while it looks at them.
  const submission = await inLockedFolder(out, { signal: context.signal }, async (signal) => {
    await refuseOtherResults(out, relative(out, join(run, RESULTS)));
    const text = recipeText(asked, await checkedSettings(asked, context), run);
    const writeRecipe = (): Promise<void> => writeFileAtomic(recipe, text);
    const checked = await checkRecipe(parseRecipe(text, recipe), run);
    return (await submitRun({ ...place, checked, writeRecipe, signal, sbatch, dryRun }, context)).submission;
  });
  if (!dryRun) {
    context.note(`the last job puts the results in ${out}; how it stands: ftu status ${asked.out}`);
  }
  return { out, submission };
}
