/** Several model files at once: whoever loads an ensemble gets all of it or nothing that would have to be closed. */

import { readModelFile } from '@ftuseg/folders';
import type { WeightedModel } from './ensemble.js';
import type { SegmentationModel } from './model.js';
import { type LoadModelOptions, openModel } from './model.node.js';
import { openShared, type ReadModel } from './open-shared.node.js';

/** A model file and how much it counts. */
export interface ModelFile {
  readonly path: string;
  readonly weight: number;
}

export interface LoadModelsOptions extends LoadModelOptions {
  /**
   * Models that have an encoder in common, bit for bit, get one network that computes it once; false if unset. For whoever shows all models the same tiles, as
   * `predictTable` and `predictSlide` do; elsewhere, and for a merge by `or`, it costs time.
   */
  readonly share?: boolean | undefined;
}

/**
 * Loads models. If one cannot be loaded, the others are closed; the caller closes the result.
 * @throws {FtuError} as `loadModel`
 * @example
 * const models = await loadModels([{ path: 'unet.onnx', weight: 2 }, { path: 'fpn.onnx', weight: 1 }]);
 * await closeModels(models);
 */
export async function loadModels(
  files: readonly ModelFile[],
  { share = false, ...options }: LoadModelsOptions = {},
): Promise<readonly WeightedModel[]> {
  const loaded: WeightedModel[] = [];
  try {
    const read = share && files.length > 1 ? await readAll(files) : [];
    const shared = await openShared(read, options);
    for (const [index, model] of shared) loaded.push({ model, weight: files[index]?.weight ?? 1 });
    const models: WeightedModel[] = [];
    for (const [index, { path, weight }] of files.entries()) {
      const found = shared.get(index);
      const model = found ?? (await openModel(path, read[index]?.file ?? (await readModelFile(path)), options));
      if (found === undefined) loaded.push({ model, weight });
      models.push({ model, weight });
    }
    return models;
  } catch (error) {
    await closeModels(loaded);
    throw error;
  }
}

async function readAll(files: readonly ModelFile[]): Promise<ReadModel[]> {
  const read: ReadModel[] = [];
  for (const { path } of files) read.push({ path, file: await readModelFile(path) });
  return read;
}

/**
 * Closes all of them, also where closing one fails; the first failure is thrown afterwards.
 * @param coarse the first network of a cascade
 */
export async function closeModels(models: readonly WeightedModel[], coarse?: SegmentationModel): Promise<void> {
  const closed = await Promise.allSettled([coarse?.close(), ...models.map(({ model }) => model.close())]);
  for (const one of closed) if (one.status === 'rejected') throw one.reason;
}
