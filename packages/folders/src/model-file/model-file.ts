/**
 * A file that is enough to predict: an ONNX file with a model card, or a checkpoint (safetensors) with one, whose network is then built from the
 * card. Every part of the program that takes a model reads it here.
 */
import { createHash } from 'node:crypto';
import { FtuError, parseJson } from '@ftuseg/core';
import { readRegularFile } from '@ftuseg/files';
import {
  assertState,
  createModel,
  exportOnnx,
  type ModelCard,
  modelSpecOf,
  parseModelCard,
  readModelCard,
  readSafetensors,
  type StateDict,
  toFloat32,
} from '@ftuseg/nn';

export interface ModelFileContent {
  readonly card: ModelCard;
  /** Of the file as it lies on the disk. */
  readonly sha256: string;
  /** The network as an ONNX file with the card inside. */
  onnx(): Uint8Array;
}

const isCheckpoint = (path: string): boolean => path.endsWith('.safetensors');

function checkpointCard(metadata: Readonly<Record<string, string>>, path: string): ModelCard {
  if (metadata.card !== undefined)
    return parseModelCard(parseJson(metadata.card, 'the model card', { subject: path }), path);
  throw new FtuError('bad-input', 'the checkpoint has no model card, so that its network and scale are unknown', {
    subject: path,
    hint: 'write a model file with `ftu export`, which takes what is missing as options',
  });
}

/** Weights are kept in half precision where a file has to be small; networks compute from float32. */
function inFloat32(state: StateDict, path: string): StateDict {
  return new Map(
    [...state].map(([name, entry]) => [
      name,
      entry.dtype === 'int64' ? entry : { dtype: 'float32', shape: entry.shape, data: toFloat32(entry, path) },
    ]),
  );
}

/**
 * Reads a model file.
 *
 * @param path of an `.onnx` file or of a checkpoint (`.safetensors`) that has a model card in its metadata
 * @throws {FtuError} `not-found` or `io` when it cannot be read; `bad-input` when it is no model, has no card, or has other weights than its card says
 * @example
 * const { card, onnx } = await readModelFile('run/checkpoint.safetensors');
 */
export async function readModelFile(path: string): Promise<ModelFileContent> {
  const bytes = await readRegularFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (!isCheckpoint(path)) return { card: readModelCard(bytes, path), sha256, onnx: () => bytes };
  const { state, metadata } = readSafetensors(bytes, path);
  const card = checkpointCard(metadata, path);
  return {
    card,
    sha256,
    onnx() {
      const model = createModel(modelSpecOf(card));
      assertState(model, state, { subject: path });
      return exportOnnx(model, inFloat32(state, path), card);
    },
  };
}
