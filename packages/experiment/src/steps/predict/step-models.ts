/** The models of a predict step: those of steps before it, or files that were there before. */
import { resolve } from 'node:path';
import { isStarter, STARTER_MODEL } from '@ftuseg/folders';
import {
  closeModels,
  loadModels,
  type ModelFile,
  mayShare,
  type PredictSettings,
  type WeightedModel,
} from '@ftuseg/infer';
import type { RunContext } from '../../step-kind/step-kind.js';
import { withModels } from '../shared/load-models.js';
import { chosenModels } from '../shared/models.js';
import type { PredictStep } from './schema.js';

type Models = Pick<PredictStep, 'models' | 'modelFiles'>;

/** Absolute paths of `modelFiles`. */
export const filesOf = ({ modelFiles = [] }: Models, { checked }: Pick<RunContext, 'checked'>): ModelFile[] =>
  modelFiles.map(({ model, weight }) => ({
    path: isStarter(model, checked.file.folder) ? STARTER_MODEL : resolve(checked.file.folder, model),
    weight,
  }));

/** Names of the models, with their weights. */
export const modelNames = (
  step: Models,
  context: Pick<RunContext, 'checked' | 'records'>,
): { readonly name: string; readonly weight: number }[] => [
  ...chosenModels(context, step.models ?? []).map(({ fold: { name }, weight }) => ({ name, weight })),
  ...(step.modelFiles ?? []).map(({ model, weight }) => ({ name: model, weight })),
];

/**
 * What the files of a step's models hold; those of steps before it are known by these steps.
 * @throws {FtuError} `not-found`, `io`, `cancelled`
 */
export const modelFilesInputs = (step: Models, context: RunContext): Promise<unknown[]> =>
  Promise.all(filesOf(step, context).map(async ({ path, weight }) => [await context.digests.of(path), weight]));

/** Runs with the models of a step loaded, and closes them however it ends. */
export async function withStepModels<T>(
  step: Models,
  context: RunContext,
  settings: PredictSettings,
  work: (models: readonly WeightedModel[]) => Promise<T>,
): Promise<T> {
  if (step.modelFiles === undefined)
    return withModels(context, chosenModels(context, step.models ?? []), settings, work);
  const { device, threads, note } = context;
  const models = await loadModels(filesOf(step, context), { device, threads, share: mayShare(settings), onNote: note });
  try {
    return await work(models);
  } finally {
    await closeModels(models);
  }
}
