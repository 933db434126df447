/** Digest of the code behind a result: a step runs again when a file changes that its code imports, and only then. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CodeGraph, type CodeReader, createCodeGraph } from './code-graph.js';
import { digestOf } from './digest.js';

/** Folder that holds the packages of ftuseg, in the tree and where they are installed. */
const PACKAGES = fileURLToPath(new URL('../../..', import.meta.url))
  .split(sep)
  .join('/')
  .replace(/\/$/, '');

/** A file as it was when it was read. */
interface ReadFile {
  readonly stamp: string;
  readonly text: string;
}

/** Size and times of a file; empty where there is none. */
async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? '' : `${found.size} ${found.mtimeMs} ${found.ctimeMs} ${found.ino}`;
}

// One character per byte: wasm is hashed as it is.
const textOf = (path: string): Promise<string | undefined> => readFile(path, 'latin1').catch(() => undefined);

/** Reads code from the disk, and tells later which of it is another one. */
export function createDiskReader(): CodeReader & { changed(): Promise<string | undefined> } {
  const files = new Map<string, ReadFile>();
  return {
    async read(path) {
      const stamp = await stampOf(path);
      const text = await textOf(path);
      if (text !== undefined) files.set(path, { stamp, text });
      return text;
    },
    list: (folder) => readdir(folder).catch(() => []),
    async changed() {
      const looks = [...files].map(async ([path, { stamp, text }]) => {
        const now = await stampOf(path);
        if (now === stamp) return [];
        // Built anew, with the same result.
        if ((await textOf(path)) !== text) return [path];
        files.set(path, { stamp: now, text });
        return [];
      });
      return (await Promise.all(looks)).flat()[0];
    },
  };
}

/** Digest of all code that some files reach; paths count from the folder of the packages, wherever that lies. */
export async function reachedDigest(graph: CodeGraph, packages: string, entries: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const [path, text] of await graph.reach(entries)) {
    hash.update(JSON.stringify([path.slice(packages.length), text.length])).update(text);
  }
  return hash.digest('hex');
}

const diskReader = createDiskReader();
const graph = createCodeGraph(PACKAGES, diskReader);
const digests = new Map<string, Promise<string>>();

/**
 * Digest of the code of ftuseg that some of its files reach. Code is read once per process: what runs does not change.
 * @param addresses `import.meta.url` of the files
 */
export async function codeDigest(addresses: readonly string[]): Promise<string> {
  const key = digestOf(addresses);
  const entries = addresses.map((address) => fileURLToPath(address).split(sep).join('/'));
  const digest = digests.get(key) ?? reachedDigest(graph, PACKAGES, entries);
  digests.set(key, digest);
  return digest;
}

/**
 * A file of the code that this process has digested, and may run, that is another one on the disk now, or gone: ftuseg was built or installed anew meanwhile. What this process has
 * loaded, what its threads load from now on, and what new processes are, are then not one program.
 * @returns its path from the folder of the packages; undefined where all are as they were
 */
export async function changedCode(): Promise<string | undefined> {
  return (await diskReader.changed())?.slice(PACKAGES.length + 1);
}

/** What a result that was computed across such a change must say. */
export async function changedCodeWarnings(): Promise<readonly string[]> {
  const file = await changedCode();
  if (file === undefined) return [];
  return [`ftuseg itself was changed while this was computed (${file}); parts of it may come from either version`];
}

/** Paths of that code, from the folder of the packages. */
export async function codeFiles(address: string): Promise<string[]> {
  const files = await graph.reach([fileURLToPath(address).split(sep).join('/')]);
  return [...files.keys()].map((path) => path.slice(PACKAGES.length + 1));
}
