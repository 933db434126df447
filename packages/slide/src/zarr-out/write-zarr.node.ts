/**
 * Writes a slide as OME-Zarr, every pixel kept: a folder or a ZIP file, with label images beside the picture. Memory is a row of chunks per level,
 * whatever the slide's size. Labels and overviews of the glass are never written: they may name the patient.
 */
import { readdir } from 'node:fs/promises';
import { FtuError, type Raster, type Scale } from '@ftuseg/core';
import { exists, ioError } from '@ftuseg/files';
import { bandsOf } from '../conversion/bands-of.js';
import { halvingPass, type PassLevel } from '../conversion/halving-pass.node.js';
import { type LevelOptions, type PlannedLevel, planLevels } from '../conversion/plan-levels.js';
import type { Slide } from '../slide.js';
import { type ArrayForm, ArrayWriter } from './array-writer.node.js';
import { metadataFiles } from './metadata.js';
import { folderStore, type ZarrStore, zipStore } from './store.node.js';

/** Labels of a slide: one byte per pixel, 0 for none. */
export interface ZarrLabels {
  /** What the label image is called. */
  readonly name: string;
  /** What values mean. */
  readonly classes: readonly { readonly value: number; readonly name: string }[];
  /** Rows `top` to `top + rows` of level 0: one channel. */
  read(top: number, rows: number): Promise<Raster>;
}

export interface ZarrOptions extends Pick<LevelOptions, 'levels' | 'factor' | 'signal'> {
  /** 0.4 is Zarr 2, 0.5 is Zarr 3. */
  readonly version: '0.4' | '0.5';
  /** Chunks of a row together in one file, 16 columns and all channels; of 0.5 only. */
  readonly sharded?: boolean | undefined;
  readonly container: 'folder' | 'zip';
  /** Side of a chunk, a multiple of 16; default 512. */
  readonly tileSize?: number | undefined;
  /** Of level 0; unknown, the scales have no unit. */
  readonly micronsPerPixel: Scale | undefined;
  /** What the slide is called. */
  readonly name: string;
  readonly labels?: ZarrLabels | undefined;
  /** Replaces what is there. */
  readonly overwrite?: boolean | undefined;
  /** Called with the share that is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

const USUAL_CHUNK = 512;
/** Labels are quick: of the whole work they are this part. */
const LABELS_SHARE = 0.1;
const LIMITS = { name: 'OME-Zarr', tileStep: 16, codecs: [], usual: [] } as const;

/**
 * @param path of the folder or of the ZIP file; appears when it is whole, or not at all
 * @returns the levels and the number of chunks, of the picture and of labels; those of zeros alone are left out
 * @throws FtuError `bad-input` for impossible options, or for what is there already; `io`; `cancelled`; whatever reading throws
 * @example
 * await writeZarr('scan.ome.zarr', slide, { version: '0.4', container: 'folder', name: 'scan', micronsPerPixel: slide.micronsPerPixel });
 */
export async function writeZarr(
  path: string,
  slide: Slide,
  options: ZarrOptions,
): Promise<{ readonly levels: readonly PlannedLevel[]; readonly chunks: number; readonly labelChunks: number }> {
  const { version, sharded = false, container, overwrite = false, tileSize = USUAL_CHUNK, labels, signal } = options;
  if (sharded && version === '0.4') {
    throw new FtuError('bad-input', 'OME-Zarr 0.4 has no shards', { subject: path, hint: 'write version 0.5' });
  }
  await checkPlace(path, container, overwrite);
  const planned = await planLevels(slide, { ...options, compression: 'deflate', tileSize }, LIMITS);
  const form: ArrayForm = { version, sharded };
  const arrays: Arrays = { planned, form, rows: tileSize, signal };
  const image = {
    ...form,
    name: options.name,
    levels: planned,
    chunk: tileSize,
    micronsPerPixel: options.micronsPerPixel,
  };
  const store = await (container === 'folder' ? folderStore(path, overwrite) : zipStore(path, zipComment(version)));
  try {
    for (const [name, data] of metadataFiles(image, labels)) await store.put(name, data);
    const part = labels === undefined ? 1 : 1 - LABELS_SHARE;
    const pictures = picturesOf(slide, tileSize, signal, (share) => options.onProgress?.(share * part));
    const chunks = await writeArrays(store, '', pictures, 'picture', arrays);
    let labelChunks = 0;
    if (labels !== undefined) {
      const bands = labelBands(labels, slide, tileSize, signal, (share) =>
        options.onProgress?.(part + share * (1 - part)),
      );
      labelChunks = await writeArrays(store, `labels/${labels.name}/`, bands, 'labels', arrays);
    }
    await store.commit();
    return { levels: planned, chunks, labelChunks };
  } catch (error) {
    await store.discard();
    throw error;
  }
}

/** What may be replaced is an older Zarr, and never a folder of something else. */
async function checkPlace(path: string, container: ZarrOptions['container'], overwrite: boolean): Promise<void> {
  if (!(await exists(path))) return;
  if (!overwrite) {
    throw new FtuError('bad-input', 'it is there already', { subject: path, hint: 'replace it with --overwrite' });
  }
  if (container === 'zip') return;
  const names = await readdir(path).catch((error: unknown) => {
    throw ioError(error, path, 'be replaced');
  });
  if (names.length === 0 || names.some((name) => METADATA.includes(name))) return;
  const problem = 'it is a folder of something else than Zarr, and is not replaced';
  throw new FtuError('bad-input', problem, { subject: path, hint: 'name another output' });
}

const METADATA: readonly string[] = ['.zgroup', '.zattrs', 'zarr.json'];

const zipComment = (version: '0.4' | '0.5'): string =>
  version === '0.4' ? '' : JSON.stringify({ ome: { version, zipFile: { centralDirectory: { jsonFirst: true } } } });

interface Arrays {
  readonly planned: readonly PlannedLevel[];
  readonly form: ArrayForm;
  /** Of a strip. */
  readonly rows: number;
  readonly signal: AbortSignal | undefined;
}

/** @returns the number of chunks */
async function writeArrays(
  store: ZarrStore,
  path: string,
  bands: AsyncIterable<Raster>,
  content: 'picture' | 'labels',
  { planned, form, rows, signal }: Arrays,
): Promise<number> {
  const writers = planned.map((_, number) => new ArrayWriter(store, `${path}${number}`, form, signal));
  const levels = planned.map(({ width, height, from }, number): PassLevel => {
    const times = from.kind === 'halved' ? from.times : 0;
    const onStrip: PassLevel['onStrip'] = async (strip, shape) => writers[number]?.write(strip, shape);
    return { width, height, rows, times, onStrip };
  });
  await halvingPass(bands, levels, content === 'picture' ? 3 : 1, content);
  return writers.reduce((sum, { chunks }) => sum + chunks, 0);
}

async function* picturesOf(
  slide: Slide,
  rows: number,
  signal: AbortSignal | undefined,
  onShare: (share: number) => void,
): AsyncGenerator<Raster> {
  for await (const { band, share } of bandsOf(slide, slide, rows, signal)) {
    yield band;
    onShare(share);
  }
}

async function* labelBands(
  labels: ZarrLabels,
  { height }: Slide,
  rows: number,
  signal: AbortSignal | undefined,
  onShare: (share: number) => void,
): AsyncGenerator<Raster> {
  for (let top = 0; top < height; top += rows) {
    if (signal?.aborted) throw new FtuError('cancelled', 'stopped while writing labels');
    yield await labels.read(top, Math.min(rows, height - top));
    onShare(Math.min(1, (top + rows) / height));
  }
}
