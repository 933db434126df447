/** Digests decide what runs again: equal digests, equal work. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fileIdentity, statRegularFile } from '@ftuseg/files';
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

/** Digest of the pictures of a table, and with `truth` of their labels, without reading them: of names, sizes, times and cells. */
export async function rowsDigest(rows: readonly SlideRow[], truth: boolean): Promise<string> {
  const files = rows.flatMap(({ image, mask, annotations, anatomy }) =>
    [image, ...(truth ? [mask, annotations, anatomy] : [])].filter((path) => path !== undefined),
  );
  const known = await Promise.all(
    files.map(async (path) => {
      const { bytes, modified, etag } = await fileIdentity(path).catch(() => ({
        bytes: 0,
        modified: 0,
        etag: undefined,
      }));
      return [path, bytes, Math.round(modified), ...(etag === undefined ? [] : [etag])];
    }),
  );
  return digestOf([rows.map(({ id, micronsPerPixel, columns }) => [id, micronsPerPixel ?? null, columns]), known]);
}
