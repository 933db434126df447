/**
 * What networks said of slides, kept in the experiment's folder for every step that asks: an ablation, a selection or a search over the
 * same slides asks each network once.
 */
import { join } from 'node:path';
import {
  type Combination,
  cardOf,
  dropOtherModels,
  type KnownModel,
  type LogitStoreOptions,
  loadModel,
  logitBytes,
  type PredictSettings,
  type SegmentationModel,
} from '@ftuseg/infer';
import { codeDigest } from '../../records/code-digest.js';
import type { RunContext } from '../../step-kind/step-kind.js';
import { trainOutputSchema } from '../train/output.js';
import type { ChosenModel } from './models.js';

const folderOf = ({ out }: Pick<RunContext, 'out'>): string => join(out, 'logits');

/** Answers depend on the code that asks networks: those of another code are asked for again. */
export const logitStore = async (context: Pick<RunContext, 'out'>): Promise<LogitStoreOptions> => ({
  folder: folderOf(context),
  code: await codeDigest([import.meta.url]),
});

/** Loads the file of a model that was chosen. */
export const loadKnown =
  ({ device, threads, note }: Pick<RunContext, 'device' | 'threads' | 'note'>) =>
  ({ path }: KnownModel): Promise<SegmentationModel> =>
    loadModel(path, { device, threads, onNote: note });

/** Predictions by models that are read no further than their cards. */
export async function combinationsFor(
  wanted: readonly { readonly models: readonly ChosenModel[]; readonly settings: PredictSettings }[],
): Promise<Combination[]> {
  const known = new Map<string, KnownModel>();
  for (const { fold } of wanted.flatMap(({ models }) => models)) {
    const { model: path, sha256 } = fold;
    if (!known.has(sha256)) known.set(sha256, { path, sha256, card: await cardOf(path) });
  }
  return wanted.map(({ models, settings }) => ({
    members: models.flatMap(({ fold, weight }) => {
      const model = known.get(fold.sha256);
      return model === undefined ? [] : [{ model, weight }];
    }),
    settings,
  }));
}

/**
 * Removes what was kept of models that the experiment's trainings no longer have, once all trainings are done.
 * @returns what is left, for a step's summary
 */
export async function tidyLogits(context: Pick<RunContext, 'out' | 'records' | 'checked'>): Promise<string> {
  const { records, checked } = context;
  const trainings = Object.entries(checked.file.recipe.steps).flatMap(([name, step]) => {
    return step.do === 'train' ? [trainOutputSchema.safeParse(records.get(name)?.output).data] : [];
  });
  const models = trainings.flatMap((training) => training?.folds.map(({ sha256 }) => sha256) ?? []);
  if (!trainings.includes(undefined)) await dropOtherModels(folderOf(context), models);
  const bytes = await logitBytes(folderOf(context));
  const size = bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
  return `answers of networks kept in logits: ${size}`;
}
