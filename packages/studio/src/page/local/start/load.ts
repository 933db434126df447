/** Everything that the page will ever need, fetched once; then it locks itself. */
import gpuWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { modelsFileSchema, type OfferedModel } from '../../../models/models-file.js';
import type { Models } from '../predict/models.js';
import type { Runtimes } from '../predict/predict-methods.js';
import { download } from './download.js';
import { lockPage } from './lock.js';
import { hasGraphicsCard, missingIn } from './requirements.js';
import type { StartState } from './start-view.js';

/** Octets of the runtime, for the bar: what a server says is often the compressed size. */
const RUNTIME_BYTES = 14_200_000;
const GPU_RUNTIME_BYTES = 26_800_000;

async function offeredModels(): Promise<readonly OfferedModel[]> {
  const response = await fetch(new URL('models.json', document.baseURI)).catch(() => undefined);
  // A folder without models is one that people bring their own to.
  if (response?.ok !== true) return [];
  const file = modelsFileSchema.safeParse(await response.json().catch(() => undefined));
  if (file.success) return file.data.models;
  throw new Error('models.json of this page is damaged: write the folder anew with `ftu studio --static`.');
}

export interface Loaded {
  readonly runtimes: Runtimes;
}

export interface LoadOptions {
  readonly models: Models;
  readonly show: (state: StartState) => void;
  /** Resolves with what was chosen of the models that are not kept yet. */
  readonly choose: (offered: readonly OfferedModel[]) => Promise<readonly OfferedModel[]>;
}

/** @throws {Error} with one sentence on why the page cannot work here */
export async function loadAll({ models, show, choose }: LoadOptions): Promise<Loaded> {
  const missing = await missingIn(window);
  if (missing !== undefined) throw new Error(missing);
  await models.refresh();
  const kept = new Set(models.list.peek().map(({ sha256 }) => sha256));
  const lacking = (await offeredModels()).filter(({ sha256 }) => !kept.has(sha256));
  const chosen = lacking.length === 0 ? [] : await choose(lacking);
  for (const model of chosen) {
    const tell = (bytes: number): void => show({ state: 'loading', what: model.name, bytes, total: model.bytes });
    tell(0);
    await models.add(model.file, await download(new URL(model.file, document.baseURI), tell), model);
  }
  const fetched = async (what: string, address: string, size: number): Promise<ArrayBuffer> => {
    const tell = (bytes: number): void => show({ state: 'loading', what, bytes, total: Math.max(size, bytes) });
    tell(0);
    return (await download(new URL(address, document.baseURI), tell)).buffer;
  };
  const processor = await fetched('the runtime of networks', wasm, RUNTIME_BYTES);
  const graphics = (await hasGraphicsCard(navigator))
    ? await fetched('the runtime for the graphics card', gpuWasm, GPU_RUNTIME_BYTES)
    : undefined;
  await lockPage(document);
  return { runtimes: { processor, graphics } };
}
