/**
 * Turns slides of any size into rasters at one working resolution, once, so that training reads windows without decoding.
 * Each slide's rasters are followed by a small record; a slide whose record still fits its inputs is not made again.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import {
  type ClassMap,
  makeFolder,
  openSlide,
  parseClasses,
  readSlideTable,
  type Slide,
  type SlideRow,
  writeFileAtomic,
} from '@ftuseg/slide';
import { writeAnatomy } from './anatomy.js';
import {
  type DatasetIndex,
  datasetFile,
  datasetFormat,
  type PreparedSlide,
  preparedSlideSchema,
  slideFiles,
} from './dataset.js';
import { writeSlideRasters } from './prepare-slide.js';
import { tileTable } from './tile-table.js';

export interface PrepareOptions {
  /** A slide table's path, or its rows. */
  readonly table?: string | undefined;
  readonly rows?: readonly SlideRow[] | undefined;
  /** Folder to write; made if it does not exist. */
  readonly out: string;
  /** Working resolution. Every slide must say its own. */
  readonly micronsPerPixel?: number | undefined;
  /** Source pixels per working pixel, instead of `micronsPerPixel`. Neither: native pixels. */
  readonly downsample?: number | undefined;
  /** Label values of each class; default: one class `glomerulus`, any non-zero value. */
  readonly classes?: ClassMap | undefined;
  /** Side of a tile in `tiles.csv`, and the default side of training windows. */
  readonly tile?: number | undefined;
  /** Overlap of neighbouring tiles, working pixels. */
  readonly overlap?: number | undefined;
  /** List tiles of empty glass too. */
  readonly allTiles?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PrepareProgress) => void) | undefined;
}

export interface PrepareProgress {
  readonly done: number;
  readonly total: number;
  /** The slide just done, or at work. */
  readonly id: string;
  /** Of that slide, 0..1. */
  readonly share: number;
  /** Nothing had changed since an earlier run. */
  readonly reused: boolean;
}

export interface PrepareSummary {
  readonly slides: number;
  /** Tiles listed. */
  readonly tiles: number;
  /** Tiles left out of the list as empty glass. */
  readonly skipped: number;
  /** Slides taken over from an earlier run. */
  readonly reused: number;
}

/** Part of every digest: raised when the same inputs would give other rasters. */
const method = 'area-2';

type Settings = Pick<PrepareOptions, 'micronsPerPixel' | 'downsample'> & { readonly classes: ClassMap };

async function inputFile(path: string): Promise<PreparedSlide['inputs'][number]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new FtuError('not-found', 'the file does not exist', { subject: path, hint: 'check the slide table', cause });
  });
  return { path, bytes: found.size, modified: Math.round(found.mtimeMs) };
}

/** The inputs of a slide and the digest of all that decides its rasters; cheap, because no picture is read. */
async function describeInputs(row: SlideRow, settings: Settings): Promise<Pick<PreparedSlide, 'inputs' | 'digest'>> {
  const paths = [row.image, row.mask, row.annotations, row.anatomy].filter((path) => path !== undefined);
  const inputs = await Promise.all(paths.map(inputFile));
  const digest = createHash('sha256')
    .update(JSON.stringify([method, inputs, row.rle ?? null, row.micronsPerPixel ?? null, settings]))
    .digest('hex');
  return { inputs, digest };
}

async function readRecord(path: string): Promise<PreparedSlide | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return preparedSlideSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Source pixels per working pixel. */
function downsampleOf(row: SlideRow, slide: Slide, { micronsPerPixel, downsample }: Settings): number {
  if (micronsPerPixel === undefined) return downsample ?? 1;
  const native = row.micronsPerPixel ?? slide.micronsPerPixel;
  if (native === undefined) {
    throw new FtuError('bad-input', 'the scale of the slide is unknown', {
      subject: row.id,
      hint: 'give it in column "mpp", or prepare by `--downsample` instead of `--microns-per-pixel`',
    });
  }
  return micronsPerPixel / native;
}

/** A slide that nobody labelled would teach that it is empty. */
function refuseUnlabelled(row: SlideRow): void {
  if (row.mask !== undefined || row.rle !== undefined || row.annotations !== undefined) return;
  throw new FtuError('bad-input', 'the slide has no labels to learn from', {
    subject: row.id,
    hint: 'leave it out with `--where`, or give it an empty mask if it is known to be empty',
  });
}

async function prepareSlide(
  row: SlideRow,
  settings: Settings,
  out: string,
  signal: AbortSignal | undefined,
  onRows: (share: number) => void,
): Promise<PreparedSlide> {
  refuseUnlabelled(row);
  const { inputs, digest } = await describeInputs(row, settings);
  const slide = await openSlide(row.image);
  try {
    const downsample = downsampleOf(row, slide, settings);
    const width = Math.max(1, Math.round(slide.width / downsample));
    const height = Math.max(1, Math.round(slide.height / downsample));
    const pixels = await writeSlideRasters(row, slide, { width, height }, settings.classes, out, { signal, onRows });
    const anatomy =
      row.anatomy === undefined
        ? undefined
        : await writeAnatomy(row.anatomy, out, { id: row.id, width, height, downsample });
    const record: PreparedSlide = {
      id: row.id,
      width,
      height,
      sourceWidth: slide.width,
      sourceHeight: slide.height,
      downsample,
      pixels: Object.fromEntries(settings.classes.names.map((name, bit) => [name, pixels[bit] ?? 0])),
      inputs,
      digest,
      columns: { ...row.columns },
      ...(anatomy === undefined ? {} : { anatomy }),
    };
    const files = slideFiles(row.id);
    await writeFileAtomic(join(out, files.record), `${JSON.stringify(record)}\n`);
    return record;
  } finally {
    await slide.close();
  }
}

/** The record of an earlier run, if inputs, settings and both rasters are still the same. */
async function reusable(row: SlideRow, settings: Settings, out: string): Promise<PreparedSlide | undefined> {
  const files = slideFiles(row.id);
  const record = await readRecord(join(out, files.record));
  if (record === undefined || record.digest !== (await describeInputs(row, settings)).digest) return undefined;
  const present = await Promise.all([files.image, files.mask].map((file) => stat(join(out, file)).catch(() => null)));
  return present.includes(null) ? undefined : { ...record, columns: { ...row.columns } };
}

function checkOptions(options: PrepareOptions, classes: ClassMap, tile: number, overlap: number): void {
  const { micronsPerPixel, downsample } = options;
  const fail = (problem: string, subject: string, hint?: string): never => {
    throw new FtuError('bad-input', problem, hint === undefined ? { subject } : { subject, hint });
  };
  if (micronsPerPixel !== undefined && downsample !== undefined) {
    fail('the working resolution is given twice', 'downsample', 'give either it or micronsPerPixel');
  }
  for (const [name, value] of Object.entries({ micronsPerPixel, downsample })) {
    if (value !== undefined && !(value > 0 && Number.isFinite(value))) fail(`must be positive, not ${value}`, name);
  }
  if (!Number.isSafeInteger(tile) || tile < 1) fail(`must be a positive whole number, not ${tile}`, 'tile');
  if (!Number.isSafeInteger(overlap) || overlap < 0 || overlap >= tile) {
    fail(`must be a whole number from 0 to ${tile - 1}, not ${overlap}`, 'overlap');
  }
  if (classes.names.length > 8) fail(`${classes.names.length} classes are more than 8`, 'classes');
}

/**
 * Prepares a data set: `<out>/slides/<id>.image.npy` (uint8, H x W x 3, RGB), `<id>.mask.npy` (uint8, H x W, bit c for
 * class c), `tiles.csv` and, last, `dataset.json`. Images are resampled by exact area average (bilinear where
 * enlarged), masks by majority of area.
 *
 * @throws FtuError for a slide without labels, one of unknown scale when `micronsPerPixel` is asked, a mask of another size, an unknown
 * label, an unreadable image, a folder that cannot be written; 'cancelled' when `signal` aborts
 * @example
 * await prepareDataset({ table: 'slides.csv', out: 'data', micronsPerPixel: 2.7 });
 */
export async function prepareDataset(options: PrepareOptions): Promise<PrepareSummary> {
  const { out, micronsPerPixel, downsample, signal, onProgress, tile = 256, overlap = 0, allTiles = false } = options;
  const classes = options.classes ?? parseClasses(undefined);
  checkOptions(options, classes, tile, overlap);
  const rows = options.rows ?? (options.table === undefined ? [] : await readSlideTable(options.table));
  if (rows.length === 0) throw new FtuError('bad-input', 'there are no slides to prepare');
  const settings: Settings = { micronsPerPixel, downsample, classes };
  await makeFolder(join(out, 'slides'));
  const slides: PreparedSlide[] = [];
  let reused = 0;
  for (const row of rows) {
    if (signal?.aborted) throw new FtuError('cancelled', 'stopped while preparing slides', { hint: 'run it again' });
    const at = { total: rows.length, id: row.id };
    const during = (share: number): void => onProgress?.({ ...at, done: slides.length, share, reused: false });
    const earlier = await reusable(row, settings, out);
    slides.push(earlier ?? (await prepareSlide(row, settings, out, signal, during)));
    if (earlier !== undefined) reused++;
    onProgress?.({ ...at, done: slides.length, share: 1, reused: earlier !== undefined });
  }
  const index: DatasetIndex = {
    format: datasetFormat,
    classes: [...classes.names],
    micronsPerPixel: micronsPerPixel ?? null,
    tile,
    overlap,
    slides,
  };
  const tiles = await tileTable(out, index, allTiles);
  await writeFileAtomic(join(out, 'tiles.csv'), tiles.csv);
  await writeFileAtomic(join(out, datasetFile), `${JSON.stringify(index, null, 1)}\n`);
  return { slides: slides.length, tiles: tiles.count, skipped: tiles.skipped, reused };
}
