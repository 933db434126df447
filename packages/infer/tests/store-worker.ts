/** The workers of the page's test, in one script: one predicts a slide into the browser's own file system, those that it makes run the network. */
import {
  directoryStore,
  type FolderHandle,
  openModelInWorkers,
  type PageWorker,
  predictInStore,
  serveInference,
  type WorkerScope,
} from '@ftuseg/infer/browser';
import * as ort from 'onnxruntime-web/wasm';
import { storeOptions, storeSlide } from './page-store.js';

interface RootFolder {
  getDirectoryHandle(name: string, options: { readonly create: boolean }): Promise<FolderHandle>;
}
declare const self: WorkerScope;
declare const navigator: { readonly storage: { getDirectory(): Promise<RootFolder> } };
declare const Worker: new (address: string, options: { readonly type: 'module' }) => PageWorker;

interface StoreJob {
  readonly kind: 'predict';
  readonly model: Uint8Array;
  readonly runtime: ArrayBuffer;
  readonly workers: number;
  readonly threshold: number;
  /** Of this script. */
  readonly address: string;
  /** The prediction is stopped after so many tiles, once; undefined: never. */
  readonly stopAfter: number | undefined;
}

const isJob = (data: unknown): data is StoreJob =>
  typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'predict';

async function predict({ model, runtime, workers, threshold, address, stopAfter }: StoreJob) {
  const root = await navigator.storage.getDirectory();
  const store = directoryStore(await root.getDirectoryHandle(`workers-${workers}`, { create: true }));
  const makeWorker = () => new Worker(address, { type: 'module' });
  const rest = { threads: 1, provider: 'wasm', name: 'model.onnx', runtime } as const;
  const opened = await openModelInWorkers(model, { makeWorker, workers, ...rest });
  const control = new AbortController();
  const onProgress = ({ done }: { readonly done: number }): void => {
    if (stopAfter !== undefined && done >= stopAfter) control.abort();
  };
  try {
    const view = () => ({ x: 200, y: 100, width: 60, height: 60 });
    const options = { ...storeOptions(threshold), view, onProgress, signal: control.signal };
    await predictInStore(storeSlide(), [opened], store, options);
  } catch (error) {
    if (!control.signal.aborted) throw error;
  } finally {
    await opened.close();
  }
  const text = await store.read('objects.geojson');
  return { names: await store.names(), outlines: text === undefined ? '' : new TextDecoder().decode(text) };
}

serveInference(self, async (_provider, { runtime, threads }) => {
  ort.env.wasm.wasmBinary = runtime;
  ort.env.wasm.numThreads = threads;
  return ort;
});
const infer = self.onmessage;
self.onmessage = (event) => {
  if (!isJob(event.data)) infer?.(event);
  else {
    predict(event.data).then(
      (result) => self.postMessage(result, []),
      (error: unknown) => self.postMessage({ problem: String(error) }, []),
    );
  }
};
