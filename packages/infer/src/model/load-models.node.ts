/** Several model files at once: whoever loads an ensemble gets all of it or nothing that would have to be closed. */
import type { WeightedModel } from './ensemble.js';
import type { SegmentationModel } from './model.js';
import { type LoadModelOptions, loadModel } from './model.node.js';

/** A model file and how much it counts. */
export interface ModelFile {
  readonly path: string;
  readonly weight: number;
}

/**
 * Loads models one after the other. If one cannot be loaded, those before it are closed; the caller closes the result.
 * @throws {FtuError} as `loadModel`
 * @example
 * const models = await loadModels([{ path: 'unet.onnx', weight: 2 }, { path: 'fpn.onnx', weight: 1 }]);
 * await closeModels(models);
 */
export async function loadModels(
  files: readonly ModelFile[],
  options: LoadModelOptions = {},
): Promise<readonly WeightedModel[]> {
  const loaded: WeightedModel[] = [];
  try {
    for (const { path, weight } of files) loaded.push({ model: await loadModel(path, options), weight });
    return loaded;
  } catch (error) {
    await closeModels(loaded);
    throw error;
  }
}

/**
 * Closes all of them, also where closing one fails; the first failure is thrown afterwards.
 * @param coarse the first network of a cascade
 */
export async function closeModels(models: readonly WeightedModel[], coarse?: SegmentationModel): Promise<void> {
  const closed = await Promise.allSettled([coarse?.close(), ...models.map(({ model }) => model.close())]);
  for (const one of closed) if (one.status === 'rejected') throw one.reason;
}
