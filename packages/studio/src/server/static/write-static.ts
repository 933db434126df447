/**
 * The page that works without a server, with models beside it, as a folder that any web server can offer. Files are written whole, `index.html` last: a folder
 * that was interrupted shows the old page or none.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { FtuError, parseJson } from '@ftuseg/core';
import { inLockedFolder, ioError, lockFileName, makeFolder, writeFileAtomic } from '@ftuseg/files';
import { readModelFile } from '@ftuseg/folders';
import {
  cardLicence,
  cardSummary,
  type ModelsFile,
  modelsFileSchema,
  type OfferedModel,
} from '../../models/models-file.js';

const MODELS = 'models.json';
const INDEX = 'index.html';
const ASSETS = 'assets';

export interface StaticOptions {
  readonly out: string;
  /** The built page: `index.html` and `assets/`. */
  readonly page: string;
  /** Model files: `.onnx`, or checkpoints with a card. */
  readonly models: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export interface StaticFolder {
  /** Relative to the folder. */
  readonly files: readonly string[];
  readonly bytes: number;
  readonly models: readonly OfferedModel[];
}

/** A name of its own for each, made of letters that every server and file system takes. */
function fileNames(paths: readonly string[]): string[] {
  const taken = new Set<string>();
  return paths.map((path) => {
    const stem = basename(path, extname(path)).replace(/[^\w.-]+/g, '-') || 'model';
    let name = `${stem}.onnx`;
    for (let n = 2; taken.has(name); n++) name = `${stem}-${n}.onnx`;
    taken.add(name);
    return name;
  });
}

/**
 * What an earlier run wrote, so that it may be replaced.
 * @throws {FtuError} `bad-input` for a folder with anything else in it
 */
async function earlierFiles(out: string): Promise<string[]> {
  const names = (await readdir(out)).filter((name) => name !== lockFileName);
  if (names.length === 0) return [];
  const text = names.includes(MODELS) ? await readFile(join(out, MODELS), 'utf8') : undefined;
  const known = text === undefined ? undefined : modelsFileSchema.safeParse(parseJson(text, MODELS, { subject: out }));
  if (known?.success !== true || !names.includes(INDEX)) {
    throw new FtuError('bad-input', 'the folder holds other files', {
      subject: out,
      hint: 'name an empty folder, or one that `ftu studio --static` wrote',
    });
  }
  const assets = names.includes(ASSETS) ? await readdir(join(out, ASSETS)) : [];
  return [...known.data.models.map(({ file }) => file), ...assets.map((name) => `${ASSETS}/${name}`)];
}

async function pageFiles(page: string): Promise<string[]> {
  const assets = await readdir(join(page, ASSETS)).catch(() => []);
  if (assets.length === 0) {
    throw new FtuError('not-found', 'the page without a server is not built', {
      subject: page,
      hint: 'run `make build`',
    });
  }
  const notices = (await readdir(page)).filter((name) => /\.(md|txt)$/.test(name)).sort();
  return [...assets.sort().map((name) => `${ASSETS}/${name}`), ...notices, INDEX];
}

/**
 * @throws {FtuError} `bad-input` for a folder with other files, and for what is no model; `not-found` where the page is not built; `io`; `cancelled`
 * @example
 * await writeStaticStudio({ out: 'public', page: staticFiles, models: ['model.onnx'] });
 */
export async function writeStaticStudio({ out, page, models, signal }: StaticOptions): Promise<StaticFolder> {
  // Before anything is written: a model that cannot be read is the usual mistake.
  const contents = await Promise.all(models.map((path) => readModelFile(path)));
  const names = fileNames(models);
  const sources = await pageFiles(page);
  await makeFolder(out);
  return inLockedFolder(out, { signal }, async (held) => {
    const earlier = await earlierFiles(out).catch((cause: unknown) => {
      throw cause instanceof FtuError ? cause : ioError(cause, out, 'be read');
    });
    const files: string[] = [];
    let bytes = 0;
    const write = async (name: string, data: Uint8Array): Promise<void> => {
      held.throwIfAborted();
      await makeFolder(join(out, name, '..'));
      await writeFileAtomic(join(out, name), data);
      files.push(name);
      bytes += data.length;
    };
    const offered: OfferedModel[] = [];
    for (const [i, { card, onnx }] of contents.entries()) {
      const [data, file] = [onnx(), names[i] ?? 'model.onnx'];
      await write(file, data);
      const sha256 = createHash('sha256').update(data).digest('hex');
      const name = basename(file, '.onnx');
      offered.push({ name, file, bytes: data.length, sha256, summary: cardSummary(card), licence: cardLicence(card) });
    }
    for (const name of sources.filter((one) => one !== INDEX)) await write(name, await readFile(join(page, name)));
    const list: ModelsFile = { models: offered };
    await write(MODELS, new TextEncoder().encode(`${JSON.stringify(list, null, 2)}\n`));
    await write(INDEX, await readFile(join(page, INDEX)));
    const kept = new Set(files);
    for (const name of earlier.filter((one) => !kept.has(one))) await rm(join(out, name), { force: true });
    return { files, bytes, models: offered };
  });
}
