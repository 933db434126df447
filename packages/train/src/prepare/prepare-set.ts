/**
 * Prepares all slides of a data set, whether people or models labelled them: one slide after the other, or taken over where it is done, then the
 * list of tiles and, last, the index.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { counted, FtuError, type Rect, requirePlausible } from '@ftuseg/core';
import { inLockedFolder, makeFolder, writeFileAtomic } from '@ftuseg/files';
import { DATASET_FILE, DATASET_FORMAT, type DatasetIndex, type PreparedSlide, TILES_FILE } from '@ftuseg/folders';
import type { ResizeMethod } from '@ftuseg/nn';
import type { Slide, SlideRow } from '@ftuseg/slide';
import type { WorkingSize } from './image-bands.js';
import { invertedWarnings } from './inverted-masks.js';
import { type ColourOptions, coloursFor, preparedColours } from './prepared-colours.js';
import {
  makeSlide,
  type Resolution,
  reusableRecord,
  type SlideInputs,
  type SlideLabels,
  withColours,
} from './slide-record.js';
import { type TileTable, tileTable } from './tile-table.js';

export interface SetOptions extends Resolution, ColourOptions {
  /** Folder to write; made if it does not exist. */
  readonly out: string;
  /** Side of a tile in `tiles.csv`, and the default side of training windows. */
  readonly tile?: number | undefined;
  /** Overlap of neighbouring tiles, working pixels. */
  readonly overlap?: number | undefined;
  /** List tiles of background too. */
  readonly allTiles?: boolean | undefined;
  /** How level 0 becomes the working resolution; default 'area'. */
  readonly resize?: ResizeMethod | undefined;
  /** 'keep' (default): tiles shift to reach the last row and column. 'drop': none there, and a slide smaller than a tile is refused. */
  readonly edges?: 'keep' | 'drop' | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PrepareProgress) => void) | undefined;
  /** Told in sentences, before anything is written, what is taken of the files of anatomical regions and what is left out. */
  readonly onRegions?: ((sentences: readonly string[]) => void) | undefined;
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
  /** Tiles left out of the list as background. */
  readonly skipped: number;
  /** Tiles left out because nothing of them is known; absent where there are none. */
  readonly unknown?: number;
  /** Slides taken over from an earlier run. */
  readonly reused: number;
  /** Slides of which no tile is listed: nothing of them is learnt from by tiles, and somebody should look at them. */
  readonly empty: readonly string[];
  /** For people: what makes the data doubtful. */
  readonly warnings: readonly string[];
}

/** What distinguishes one kind of data set from another. */
export interface SlideMaker {
  describe(row: SlideRow): Promise<SlideInputs>;
  columns(row: SlideRow): Readonly<Record<string, string>>;
  /** Writes picture and labels; @param onRows is told the share that is done, 0..1 */
  write(row: SlideRow, slide: Slide, size: WorkingSize, onRows: (share: number) => void): Promise<SlideLabels>;
  /** Labelled share of each tile where it is not that of the mask. */
  labelledShares?(row: SlideRow, slide: PreparedSlide, tiles: readonly Rect[]): Promise<Float64Array>;
}

const defaults = { tile: 256, overlap: 0 } as const;

/**
 * @param areas whether ignored or annotated areas are mapped, which take a bit of their own
 * @throws FtuError 'bad-input' for a resolution, a grid or a number of classes that cannot be
 */
export function checkSetOptions(options: SetOptions, classes: readonly string[], areas = false): void {
  const { micronsPerPixel, downsample, tile = defaults.tile, overlap = defaults.overlap } = options;
  const fail = (problem: string, subject: string, hint?: string): never => {
    throw new FtuError('bad-input', problem, hint === undefined ? { subject } : { subject, hint });
  };
  if (micronsPerPixel !== undefined && downsample !== undefined) {
    fail('the working resolution is given twice', 'downsample', 'give either it or micronsPerPixel');
  }
  for (const [name, value] of Object.entries({ micronsPerPixel, downsample })) {
    if (value !== undefined && !(value > 0 && Number.isFinite(value))) fail(`must be positive, not ${value}`, name);
  }
  requirePlausible(micronsPerPixel, 'micronsPerPixel', 'give the micrometres per pixel that the network is to see');
  if (!Number.isSafeInteger(tile) || tile < 1) fail(`must be a positive whole number, not ${tile}`, 'tile');
  if (!Number.isSafeInteger(overlap) || overlap < 0 || overlap >= tile) {
    fail(`must be a whole number from 0 to ${tile - 1}, not ${overlap}`, 'overlap');
  }
  if (classes.length === 0) fail('there is no class', 'classes');
  const most = areas ? 7 : 8;
  if (classes.length > most)
    fail(`${classes.length} classes are more than ${most}${areas ? ' beside areas' : ''}`, 'classes');
}

/** Slides this much apart show the same glomerulus at visibly different sizes after one factor. */
const SCALE_TOLERANCE = 1.25;

/** One factor leaves slides of different scales at different scales. */
function scaleWarnings({ micronsPerPixel, downsample, slides }: DatasetIndex): string[] {
  if (micronsPerPixel !== null) return [];
  const known = slides
    .flatMap(({ id, micronsPerPixel: own }) => (own === undefined ? [] : [{ id, own }]))
    .sort((a, b) => a.own - b.own);
  const [finest, coarsest] = [known[0], known.at(-1)];
  if (finest === undefined || coarsest === undefined || coarsest.own / finest.own <= SCALE_TOLERANCE) return [];
  const factor = downsample === 1 ? 'are left at native pixels' : `are all shrunk by ${downsample}`;
  return [
    `slides from ${finest.own} µm per pixel (${finest.id}) to ${coarsest.own} (${coarsest.id}) ${factor}, so that glomeruli differ in size: prepare by micrometres per pixel to bring them to one scale`,
  ];
}

const few = (ids: readonly string[]): string =>
  ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more` : ids.join(', ');

/** What is the same of several slides is said once. */
function slideWarnings({ slides }: DatasetIndex): string[] {
  const said = new Map<string, string[]>();
  for (const { id, warnings = [] } of slides) {
    for (const warning of warnings) said.set(warning, [...(said.get(warning) ?? []), id]);
  }
  return [...said].map(([warning, ids]) => `${few(ids)}: ${warning}`);
}

/** Rasters that were not as an earlier run had written them. */
const damageWarnings = (ids: readonly string[]): string[] =>
  ids.length === 0
    ? []
    : [`${few(ids)}: a raster had changed on the disk since it was prepared, and was made anew; look at the disk`];

/** Slides whose colours could not be measured. */
function colourWarnings({ slides }: DatasetIndex): string[] {
  const ids = slides.flatMap(({ id, ownColours }) => (ownColours === true ? [id] : []));
  const bare = slides.flatMap(({ id, withoutProfile }) => (withoutProfile === true ? [id] : []));
  const of = `${bare.length} of ${counted(slides.length, 'slide')} ${bare.length === 1 ? 'has' : 'have'}`;
  return [
    ...(bare.length === 0
      ? []
      : [`${of} no ICC profile and ${bare.length === 1 ? 'is' : 'are'} taken as sRGB: ${few(bare)}`]),
    ...(ids.length === 0
      ? []
      : [`${few(ids)}: too little colour to normalise stains by, so that the colours stay as they are; look at it`]),
  ];
}

/** What the tissue test did to whole slides. */
function backgroundWarnings({ empty, colourless }: TileTable): string[] {
  const of = (ids: readonly string[]): string => `${ids.length === 1 ? 'slide' : 'slides'} ${few(ids)}`;
  return [
    ...(empty.length === 0
      ? []
      : [
          `no tile of ${of(empty)} is listed: all were taken for background; look at them, and use --include-background if there is tissue`,
        ]),
    ...(colourless.length === 0
      ? []
      : [`hardly any colour on ${of(colourless)}: all tiles there are listed but those that are plain white`]),
  ];
}

/**
 * Prepares the slides of `rows` and writes `tiles.csv` and `dataset.json`.
 *
 * @param facts what the index says beside what follows from the options
 * @throws FtuError for no slides, and what `maker` throws; 'unavailable' while another process writes there; 'cancelled' when `signal` aborts
 */
export async function prepareSet(
  rows: readonly SlideRow[],
  options: SetOptions,
  facts: Pick<DatasetIndex, 'classes' | 'classMap' | 'labels' | 'prediction' | 'provenance'>,
  maker: SlideMaker,
): Promise<PrepareSummary & { readonly index: DatasetIndex }> {
  if (rows.length === 0) throw new FtuError('bad-input', 'there are no slides to prepare');
  const { out, signal } = options;
  return inLockedFolder(out, { signal }, (held) => prepareInto(rows, { ...options, signal: held }, facts, maker));
}

async function prepareInto(
  rows: readonly SlideRow[],
  options: SetOptions,
  facts: Parameters<typeof prepareSet>[2],
  maker: SlideMaker,
): ReturnType<typeof prepareSet> {
  const { out, micronsPerPixel, downsample, signal, onProgress, allTiles = false } = options;
  const choice = await preparedColours(rows, options, signal);
  await makeFolder(join(out, 'slides'));
  const described: { readonly row: SlideRow; readonly inputs: SlideInputs }[] = [];
  for (const row of rows) described.push({ row, inputs: withColours(await maker.describe(row), choice) });
  // The index vouches for every raster: it goes before the first of them changes.
  for (const name of [DATASET_FILE, TILES_FILE]) await rm(join(out, name), { force: true });
  const place = {
    out,
    resolution: { micronsPerPixel, downsample },
    coloursOf: (slide: Slide, id: string) => coloursFor(slide, choice, id, signal),
    squareOnly:
      options.resize === 'bilinear'
        ? 'resizing as the reference (bilinear)'
        : options.edges === 'drop'
          ? 'edges: drop'
          : undefined,
  };
  const slides: PreparedSlide[] = [];
  let reused = 0;
  const damaged: string[] = [];
  for (const { row, inputs } of described) {
    if (signal?.aborted) throw new FtuError('cancelled', 'stopped while preparing slides', { hint: 'run it again' });
    const at = { total: rows.length, id: row.id };
    const during = (share: number): void => onProgress?.({ ...at, done: slides.length, share, reused: false });
    const columns = maker.columns(row);
    const earlier = await reusableRecord(row.id, inputs, out, (id) => damaged.push(id));
    const write = (slide: Slide, size: WorkingSize) => maker.write(row, slide, size, during);
    slides.push(
      earlier === undefined
        ? await makeSlide(row, inputs, columns, place, write)
        : { ...earlier, columns: { ...columns } },
    );
    if (earlier !== undefined) reused++;
    onProgress?.({ ...at, done: slides.length, share: 1, reused: earlier !== undefined });
  }
  const index: DatasetIndex = {
    format: DATASET_FORMAT,
    classes: facts.classes,
    ...(facts.classMap === undefined ? {} : { classMap: facts.classMap }),
    micronsPerPixel: micronsPerPixel ?? null,
    downsample: micronsPerPixel === undefined ? (downsample ?? 1) : null,
    tile: options.tile ?? defaults.tile,
    overlap: options.overlap ?? defaults.overlap,
    ...(options.resize === 'bilinear' ? { resize: options.resize } : {}),
    ...(choice.icc === undefined ? {} : { icc: choice.icc }),
    ...(choice.stainNormalisation === undefined ? {} : { stainNormalisation: choice.stainNormalisation }),
    ...(options.edges === 'drop' ? { edges: options.edges } : {}),
    ...(facts.labels === undefined
      ? {}
      : { labels: facts.labels, prediction: facts.prediction, provenance: facts.provenance }),
    slides,
  };
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const tiles = await tileTable(out, index, allTiles, async (slide, places) => {
    const row = rowOf.get(slide.id);
    return row === undefined ? undefined : maker.labelledShares?.(row, slide, places);
  });
  await writeFileAtomic(join(out, TILES_FILE), tiles.csv);
  await writeFileAtomic(join(out, DATASET_FILE), `${JSON.stringify(index, null, 1)}\n`);
  const counts = { slides: slides.length, tiles: tiles.count, skipped: tiles.skipped, empty: tiles.empty, reused };
  const unknown = tiles.unknown === 0 ? {} : { unknown: tiles.unknown };
  const warnings = [...slideWarnings(index), ...damageWarnings(damaged), ...scaleWarnings(index)];
  warnings.push(...colourWarnings(index), ...backgroundWarnings(tiles), ...(await invertedWarnings(out, index)));
  return { ...counts, ...unknown, warnings, index };
}
