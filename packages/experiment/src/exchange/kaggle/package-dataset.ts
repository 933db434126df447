/**
 * A folder that Kaggle's tool uploads as a data set: metadata, one ZIP, checksums. Models trained here are meant to be used in notebooks there,
 * which have no network and mount data sets instead.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { makeFolder, writeAtomically, writeFileAtomic } from '@ftuseg/files';
import { runFiles } from '@ftuseg/train';
import { fillFolder } from '../folders/fill-folder.js';
import { listFiles, type PackedFile } from '../folders/list-files.js';
import { checksumLine, contentsFile, writeZip } from '../folders/write-zip.js';
import { type KaggleMetadata, kaggleMetadata, metadataFile } from './kaggle-metadata.js';
import { checksumsFile, publishedFiles } from './published-files.js';

export interface PackageOptions extends KaggleMetadata {
  /** A training run: all of its folder but the state that only going on needs. */
  readonly run?: string | undefined;
  /** Files and folders. */
  readonly files?: readonly string[] | undefined;
  /** Folder to write: new, empty, or of an earlier version of the same data set. */
  readonly out: string;
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes packed so far, of all. */
  readonly onProgress?: ((bytes: number, total: number) => void) | undefined;
}

export interface PackageSummary {
  /** Files in the ZIP. */
  readonly files: number;
  /** Their size, unpacked. */
  readonly bytes: number;
  /** Path of the ZIP. */
  readonly zip: string;
}

async function filesOf({ run, files = [], out }: PackageOptions): Promise<PackedFile[]> {
  const keep = (name: string): boolean => name !== runFiles.state;
  const packed = await listFiles(
    [...(run === undefined ? [] : [{ path: run, keep }]), ...files.map((path) => ({ path }))],
    out,
  );
  if (packed.some(({ name }) => name === contentsFile)) {
    throw new FtuError('bad-input', 'the package has a list of checksums of this name', {
      subject: contentsFile,
      hint: 'rename the file',
    });
  }
  if (run !== undefined && !packed.some(({ name }) => name.endsWith(`/${runFiles.model}`))) {
    throw new FtuError('bad-input', `the run holds no ${runFiles.model}`, {
      subject: run,
      hint: 'train it to its end, or give what to package with `--files`',
    });
  }
  return packed;
}

/**
 * Writes `dataset-metadata.json`, `<slug>.zip` and `checksums.txt` (in the format of `sha256sum`, for the two others). The ZIP is the same bytes
 * for the same files, and holds `contents.sha256` for the time after it was unpacked.
 *
 * @throws FtuError `bad-input` for metadata that Kaggle would refuse, a folder with other things in it, a run without a model, or nothing to
 * package; `not-found`, `io`; `cancelled` when `signal` aborts: nothing is then left behind
 * @example
 * await packageDataset({ run: 'runs/b4', out: 'upload', title: 'Glomeruli models', id: 'ada/glomeruli-models', licence: 'MIT' });
 */
export async function packageDataset(options: PackageOptions): Promise<PackageSummary> {
  // Mistakes in the metadata come first: they take no reading of folders to find.
  kaggleMetadata(options);
  return packageFiles(await filesOf(options), options);
}

/** A folder beside the ZIP, with a list of checksums of its own. */
export interface PackageExtras {
  readonly name: string;
  /** Content by name. */
  readonly files: Readonly<Record<string, string>>;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** As {@link packageDataset}, of files that are given. */
export async function packageFiles(
  files: readonly PackedFile[],
  options: Omit<PackageOptions, 'run' | 'files'>,
  extras?: PackageExtras,
): Promise<PackageSummary> {
  const { out, id, signal, onProgress } = options;
  const metadata = kaggleMetadata(options);
  const zip = `${id.split('/')[1]}.zip`;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  await fillFolder(out, { signal, own: publishedFiles }, async (folder, held) => {
    let digest = '';
    await writeAtomically(join(folder, zip), async (file) => {
      digest = await writeZip(file, files, { signal: held, onBytes: (read) => onProgress?.(read, bytes) });
    });
    await writeFileAtomic(join(folder, metadataFile), metadata);
    await writeFileAtomic(
      join(folder, checksumsFile),
      checksumLine(sha256(metadata), metadataFile) + checksumLine(digest, zip),
    );
    if (extras === undefined) return;
    const under = join(folder, extras.name);
    await makeFolder(under);
    const texts = Object.entries(extras.files);
    for (const [name, text] of texts) await writeFileAtomic(join(under, name), text);
    const lines = texts.map(([name, text]) => checksumLine(sha256(text), name));
    await writeFileAtomic(join(under, checksumsFile), lines.join(''));
  });
  return { files: files.length, bytes, zip: join(out, zip) };
}
