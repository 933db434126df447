/** Digests decide what runs again: equal digests, equal work. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

/** Folder that holds the packages of ftuseg, in the tree and where they are installed. */
const packages = fileURLToPath(new URL('../../../', import.meta.url));

/** Compiled code that people run, and the sources of the native bridge; a path that is a file stands for itself. */
async function codeFiles(path: string): Promise<string[]> {
  if (/\.js$/.test(path)) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && /\.(js|cc|h)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const digests = new Map<string, Promise<string>>();

async function partDigest(part: string): Promise<string> {
  const [name = '', ...inside] = part.split('/');
  const places = inside.length === 0 ? ['dist', 'native'] : [join('dist', ...inside)];
  const hash = createHash('sha256');
  for (const place of places) {
    for (const file of await codeFiles(join(packages, name, place))) {
      hash.update(file.slice(packages.length)).update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

/**
 * Digest of some code of ftuseg, read once per process.
 * @param parts packages such as `infer`, or folders and files of them such as `experiment/select` and `experiment/steps/tune.js`
 */
export async function codeDigest(parts: readonly string[]): Promise<string> {
  const found = parts.map((part) => {
    const digest = digests.get(part) ?? partDigest(part);
    digests.set(part, digest);
    return digest;
  });
  return digestOf(await Promise.all(found));
}

/** All that the pictures of a table, and with `truth` their labels, are told by without reading them: names, sizes, times, cells. */
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
