/** Models as people name them on the command line, alone or as an ensemble. */
import { parseNumber } from '@ftuseg/core';
import { type Device, loadModel, type WeightedModel } from '@ftuseg/infer';

export interface ModelArgument {
  readonly path: string;
  readonly weight: number;
}

/**
 * @example
 * modelAndWeight('unet.onnx=2'); // { path: 'unet.onnx', weight: 2 }
 */
export function modelAndWeight(text: string): ModelArgument {
  const at = text.lastIndexOf('=');
  const weight = at < 0 ? Number.NaN : parseNumber(text.slice(at + 1));
  return Number.isNaN(weight) ? { path: text, weight: 1 } : { path: text.slice(0, at), weight };
}

export interface LoadOptions {
  readonly threads: number | undefined;
  readonly device: Device;
  readonly onNote: (note: string) => void;
}

/** Loads models one after the other; those that are loaded are closed where a later one fails. The caller closes the result. */
export async function loadModels(
  models: readonly ModelArgument[],
  { threads, device, onNote }: LoadOptions,
): Promise<WeightedModel[]> {
  const loaded: WeightedModel[] = [];
  try {
    for (const { path, weight } of models) {
      loaded.push({ model: await loadModel(path, { threads, device, onNote }), weight });
    }
    return loaded;
  } catch (error) {
    await closeModels(loaded);
    throw error;
  }
}

export const closeModels = async (models: readonly WeightedModel[]): Promise<void> => {
  await Promise.all(models.map(({ model }) => model.close()));
};
