/** Digest of the code behind a result: a step runs again when a file changes that its code imports, and only then. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CodeGraph, type CodeReader, createCodeGraph } from './code-graph.js';
import { digestOf } from './digest.js';

/** Folder that holds the packages of ftuseg, in the tree and where they are installed. */
const PACKAGES = fileURLToPath(new URL('../../..', import.meta.url))
  .split(sep)
  .join('/')
  .replace(/\/$/, '');

const diskReader: CodeReader = {
  // One character per byte: wasm is hashed as it is.
  read: (path) => readFile(path, 'latin1').catch(() => undefined),
  list: (folder) => readdir(folder).catch(() => []),
};

/** Digest of all code that some files reach; paths count from the folder of the packages, wherever that lies. */
export async function reachedDigest(graph: CodeGraph, packages: string, entries: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const [path, text] of await graph.reach(entries)) {
    hash.update(JSON.stringify([path.slice(packages.length), text.length])).update(text);
  }
  return hash.digest('hex');
}

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

/** Paths of that code, from the folder of the packages. */
export async function codeFiles(address: string): Promise<string[]> {
  const files = await graph.reach([fileURLToPath(address).split(sep).join('/')]);
  return [...files.keys()].map((path) => path.slice(PACKAGES.length + 1));
}
