/**
 * One file is enough to predict: the network and the card inside it.
 */
import { type ModelFileContent, readModelFile } from '@ftuseg/folders';
import type { Device } from '../session/devices.node.js';
import { createNodeSession } from '../session/session.node.js';
import type { SegmentationModel } from './model.js';

export interface LoadModelOptions {
  /** Threads inside one operator; all cores by default. */
  readonly threads?: number | undefined;
  /** Where the network runs; `cpu` by default. */
  readonly device?: Device | undefined;
  /** Told which device `auto` has found, and where a network in 8 bits is computed in float32. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/**
 * Loads a model file for prediction: ONNX with a model card in its metadata, or a checkpoint (safetensors) with one.
 * @throws {FtuError} `not-found` or `io` when it cannot be read; `bad-input` when it is not a model, or has no card
 * @example
 * const model = await loadModel('run/model.onnx', { threads: 4 });
 * console.log(model.card.classes, model.card.micronsPerPixel);
 * await model.close();
 */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<SegmentationModel> {
  return openModel(path, await readModelFile(path), options);
}

/** Opens the network of a file that was read. */
export async function openModel(
  path: string,
  { card, sha256, onnx }: ModelFileContent,
  options: LoadModelOptions,
): Promise<SegmentationModel> {
  const { threads, device = 'cpu', onNote } = options;
  const session = await createNodeSession(onnx(), {
    subject: path,
    device,
    onNote,
    ...(threads === undefined ? {} : { threads }),
  });
  return {
    card,
    session,
    source: { name: path, sha256, ...(session.arithmetic === undefined ? {} : { arithmetic: session.arithmetic }) },
    close: () => session.close(),
  };
}
