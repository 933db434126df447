/** Digests decide what runs again: equal digests, equal work. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { FtuError } from '@ftuseg/core';
import { type ContentDigests, statRegularFile } from '@ftuseg/files';
import type { SlideRow } from '@ftuseg/slide';

/** SHA-256 of any plain data; keys count in the order in which they were set. */
export const digestOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value) ?? 'undefined')
    .digest('hex');

/** SHA-256 of a regular file. @throws as `statRegularFile` */
export async function fileDigest(path: string): Promise<string> {
  await statRegularFile(path);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** Cells that say where a file lies: what counts is what it holds. */
const PATH_CELLS = ['image', 'mask', 'annotations', 'anatomy'];

/** Undefined for a file that is not there, which the step will say itself. */
async function contentOf(path: string, digests: ContentDigests): Promise<string | null> {
  try {
    return (await digests.of(path)) ?? 'not read yet';
  } catch (error) {
    if (error instanceof FtuError && error.code === 'cancelled') throw error;
    return null;
  }
}

/** Digest of the pictures of a table, and with `truth` of their labels: of what the files hold, wherever they lie, and of the cells. */
export async function rowsDigest(digests: ContentDigests, rows: readonly SlideRow[], truth: boolean): Promise<string> {
  const all: unknown[] = [];
  for (const { id, micronsPerPixel, columns, image, mask, annotations, anatomy } of rows) {
    const cells = Object.entries(columns).filter(([name]) => !PATH_CELLS.includes(name));
    const contents: (string | null)[] = [];
    for (const path of [image, ...(truth ? [mask, annotations, anatomy] : [])]) {
      contents.push(path === undefined ? null : await contentOf(path, digests));
    }
    all.push([id, micronsPerPixel ?? null, cells, contents]);
  }
  return digestOf(all);
}
