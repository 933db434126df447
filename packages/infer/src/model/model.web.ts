/**
 * One file is enough to predict in a page, too: the network and the card inside it.
 */
import { readModelCard } from '@ftuseg/nn';
import { createWebSession, type WebProvider, type WebRuntime } from '../session/session.web.js';
import type { SegmentationModel } from './model.js';

export interface LoadModelBytesOptions {
  /** Where the bytes came from, for messages; `the model` by default. */
  readonly name?: string;
  /** The first that works is taken; `['wasm']` by default. */
  readonly executionProviders?: readonly WebProvider[];
}

/**
 * Loads a model file (ONNX with a model card in its metadata) that a page has fetched.
 * @param ort the module `onnxruntime-web/wasm`, or whichever of its builds the page loads
 * @throws {FtuError} `bad-input` when the bytes are not a model, or have no card; `unavailable` when no provider works here
 * @example
 * const bytes = new Uint8Array(await (await fetch('model.onnx')).arrayBuffer());
 * const model = await loadModelBytes(ort, bytes, { name: 'model.onnx' });
 */
export async function loadModelBytes(
  ort: WebRuntime,
  bytes: Uint8Array,
  options: LoadModelBytesOptions = {},
): Promise<SegmentationModel> {
  const { name = 'the model', ...where } = options;
  const card = readModelCard(bytes, name);
  const session = await createWebSession(ort, bytes, { ...where, subject: name });
  const arithmetic = session.arithmetic === undefined ? {} : { arithmetic: session.arithmetic };
  return { card, session, source: { name, ...arithmetic }, close: () => session.close() };
}
