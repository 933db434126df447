/** The code that decides results and how they are handed out, as one digest: a worker with other code would give other bytes. */
import { codeDigest } from '../../records/code-digest.js';
import { digestOf } from '../../records/digest.js';
import { stepKinds } from '../../steps/kinds.js';

const LETTERS = 12;

/** @returns some letters of the digest; equal on all hosts with the same build */
export async function engineCode(): Promise<string> {
  const kinds = await Promise.all([...stepKinds.values()].map((kind) => kind.code(stepKinds)));
  const engine = await codeDigest([new URL('./worker/serve.js', import.meta.url).href]);
  return digestOf([kinds, engine]).slice(0, LETTERS);
}
