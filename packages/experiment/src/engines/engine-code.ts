/** The code that decides results and how they are handed out, as one digest: a worker with other code would give other bytes. */
import { FtuError } from '@ftuseg/core';
import { changedCode, codeDigest } from '../records/code-digest.js';
import { digestOf } from '../records/digest.js';
import { stepKinds } from '../steps/kinds.js';

const LETTERS = 12;

/** @returns some letters of the digest; equal on all hosts with the same build */
export async function engineCode(): Promise<string> {
  const kinds = await Promise.all([...stepKinds.values()].map((kind) => kind.code(stepKinds)));
  const engine = await codeDigest([new URL('./redis/worker/serve.js', import.meta.url).href]);
  return digestOf([kinds, engine]).slice(0, LETTERS);
}

/**
 * @param hint what to do then
 * @throws {FtuError} `unavailable` where the files of ftuseg on this host are not those that this process began with: its units would be of other code than it says
 */
export async function requireSameCode(hint: string): Promise<void> {
  const file = await changedCode();
  if (file === undefined) return;
  throw new FtuError('unavailable', 'ftuseg itself was changed on this host since this command began', {
    subject: file,
    hint,
  });
}

/**
 * @param expected `engineCode()` of the process that handed the work out
 * @throws {FtuError} `unavailable` where this host has another one
 */
export async function requireCode(expected: string): Promise<void> {
  const own = await engineCode();
  if (own === expected) return;
  throw new FtuError(
    'unavailable',
    `the work was handed out by ftuseg with code ${expected}, and here its code is ${own}`,
    {
      hint: 'results of the two do not count for each other: install the same on all hosts, and hand the work out again by the same command',
    },
  );
}
