/** A page's script that decodes slides itself and in a worker of one file, with every way to a canvas cut off. */
import { decodeWhole, type PageAnswer } from '../decode-whole.js';
import DecodeWorker from './page-worker.ts?worker&inline';

const forbidden = (): never => {
  throw new Error('no decoder may use a canvas');
};
HTMLCanvasElement.prototype.getContext = forbidden;
OffscreenCanvas.prototype.getContext = forbidden;

const load = async (name: string): Promise<ArrayBuffer> => (await fetch(`/${name}`)).arrayBuffer();

/** The names of slides beside the page to what the page reads in them. */
export async function decodeHere(names: readonly string[]): Promise<Record<string, PageAnswer>> {
  const answers: Record<string, PageAnswer> = {};
  for (const name of names) answers[name] = await decodeWhole(name, await load(name));
  return answers;
}

/** The same by a worker, after the page has forbidden itself and its workers to load anything. */
export async function decodeLocked(names: readonly string[]): Promise<Record<string, PageAnswer>> {
  const files = await Promise.all(names.map(async (name) => ({ name, bytes: await load(name) })));
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' blob:; worker-src blob:; connect-src 'none'";
  document.head.append(policy);
  const worker = new DecodeWorker();
  const answers: Record<string, PageAnswer> = {};
  for (const { name, bytes } of files) {
    answers[name] = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage({ name, bytes }, [bytes]);
    });
  }
  worker.terminate();
  return answers;
}
