/**
 * `tiles.csv`: a grid of windows over every prepared slide, right and bottom edges included, with what is on each: colour,
 * which tells tissue from background, and labels. Training draws windows of its own; the table is for stratified folds, exports
 * and people.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FtuError,
  foldGroupColumn,
  groupValues,
  isColourless,
  isWhite,
  LookMeter,
  lookAt,
  type Rect,
  raster,
  readNpyHeader,
  STAINED,
  saturationOf,
  TISSUE_SHARE,
  tileGrid,
  wholeTiles,
} from '@ftuseg/core';
import { csvLines } from '@ftuseg/files';
import { type DatasetIndex, type PreparedSlide, slideFiles, tileColumns } from '@ftuseg/folders';
import { UNCERTAIN } from '../dataset/soft-targets.js';

export interface TileTable {
  readonly csv: string;
  /** Tiles listed. */
  readonly count: number;
  /** Tiles left out as background. */
  readonly skipped: number;
  /** Tiles left out because nothing of them is known. */
  readonly unknown: number;
  /** Slides of which no tile is listed. */
  readonly empty: readonly string[];
  /** Slides without colour, whose tiles are background only where they are plain white. */
  readonly colourless: readonly string[];
}

export interface TileFacts {
  /** Mean HSV saturation, 0..255. */
  readonly saturation: number;
  /** Share of stained pixels. */
  readonly stained: number;
  /** Share of labelled pixels. */
  readonly density: number;
  /** Nothing of the tile is known, so that nothing can be learnt from it. */
  readonly unknown?: boolean;
  /** Whether every pixel is white. */
  readonly white: boolean;
}

/**
 * Background: hardly a stained pixel, and nothing labelled.
 * @param colourless the slide has hardly any colour (see core's `isColourless`): only plain white is background there
 */
export const isBackground = ({ stained, density, white }: TileFacts, colourless = false): boolean =>
  density === 0 && (colourless ? white : stained < TISSUE_SHARE);

/** Every fourth pixel of every fourth row tells whether a slide has colour. */
const LOOK_STEP = 4;

/** Whether a prepared raster has hardly any colour. @param image RGB, height x width x 3 */
export const isColourlessRaster = (image: Uint8Array, width: number, height: number): boolean =>
  isColourless(lookAt(raster(width, height, 3, image), LOOK_STEP));

/**
 * What is on a tile, over its part that lies on the slide.
 * @param image RGB rows from the tile's first one; @param mask labels of the same rows
 */
export function tileFacts(image: Uint8Array, mask: Uint8Array, rows: number, width: number, tile: Rect): TileFacts {
  const right = Math.min(tile.x + tile.width, width);
  const columns = right - tile.x;
  let [saturation, stained, labelled, white] = [0, 0, 0, 0];
  for (let y = 0; y < rows; y++) {
    for (let x = tile.x, at = (y * width + tile.x) * 3; x < right; x++, at += 3) {
      const [red, green, blue] = [image[at] as number, image[at + 1] as number, image[at + 2] as number];
      const value = saturationOf(red, green, blue);
      if (isWhite(red, green, blue)) white++;
      saturation += value;
      if (value > STAINED) stained++;
      if (mask[y * width + x] !== 0) labelled++;
    }
  }
  const count = rows * columns;
  return {
    saturation: saturation / count,
    stained: stained / count,
    density: labelled / count,
    white: white === count,
  };
}

/** Whether no pixel of a tile is known. @param soft of rows from the tile's first one */
function isUnknown(soft: Uint8Array, classes: number, rows: number, width: number, tile: Rect): boolean {
  const right = Math.min(tile.x + tile.width, width);
  for (let y = 0; y < rows; y++) {
    for (let x = tile.x; x < right; x++) if (soft[(y * width + x) * classes] !== UNCERTAIN) return false;
  }
  return true;
}

async function headerBytes(file: FileHandle, path: string): Promise<number> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(4096), 0, 4096, 0);
  return readNpyHeader(buffer.subarray(0, bytesRead), path).dataOffset;
}

async function readRows(file: FileHandle, start: number, bytes: number, path: string): Promise<Uint8Array> {
  const data = new Uint8Array(bytes);
  const { bytesRead } = await file.read(data, 0, bytes, start);
  if (bytesRead < bytes)
    throw new FtuError('bad-input', 'the raster is cut off', { subject: path, hint: 'prepare again' });
  return data;
}

/** The tiles of a slide. Without its edges they are those of level 0, whose size in working pixels need not be whole. */
function gridOf(slide: PreparedSlide, { tile, overlap, edges }: DatasetIndex): Rect[] {
  if (edges === undefined) return tileGrid(slide.width, slide.height, { tile, overlap });
  const { sourceWidth, sourceHeight, downsample } = slide;
  const places = wholeTiles(sourceWidth / downsample, sourceHeight / downsample, { tile, overlap });
  if (places.length > 0) return places;
  throw new FtuError('bad-input', `the slide holds no whole tile of ${tile} pixels`, {
    subject: slide.id,
    hint: 'leave it out, keep the edges, or use smaller tiles',
  });
}

/** Facts of tiles of a slide, one row of tiles in memory. */
async function* factsOf(
  folder: string,
  slide: PreparedSlide,
  places: readonly Rect[],
  classes: number,
  meter: LookMeter,
): AsyncGenerator<[Rect, TileFacts]> {
  const { width, height } = slide;
  const names = slideFiles(slide.id);
  const paths = [join(folder, names.image), join(folder, names.mask)] as const;
  const softPath = join(folder, names.soft);
  const image = await open(paths[0]);
  const mask = await open(paths[1]).catch(async (error: unknown) => {
    await image.close();
    throw error;
  });
  const soft =
    slide.unknown === undefined
      ? undefined
      : await open(softPath).catch(async (error: unknown) => {
          await Promise.all([image.close(), mask.close()]);
          throw error;
        });
  try {
    const softStart = soft === undefined ? 0 : await headerBytes(soft, softPath);
    const [imageStart, maskStart] = [await headerBytes(image, paths[0]), await headerBytes(mask, paths[1])];
    let top = -1;
    let [pixels, labels, targets]: Uint8Array[] = [];
    for (const tile of places) {
      const rows = Math.min(tile.height, height - tile.y);
      if (tile.y !== top || pixels === undefined || labels === undefined) {
        top = tile.y;
        pixels = await readRows(image, imageStart + top * width * 3, rows * width * 3, paths[0]);
        meter.add(raster(width, rows, 3, pixels), LOOK_STEP);
        labels = await readRows(mask, maskStart + top * width, rows * width, paths[1]);
        if (soft !== undefined) {
          targets = await readRows(soft, softStart + top * width * classes, rows * width * classes, softPath);
        }
      }
      const unknown = targets !== undefined && isUnknown(targets, classes, rows, width, tile);
      yield [tile, { ...tileFacts(pixels, labels, rows, width, tile), ...(unknown && { unknown }) }];
    }
  } finally {
    await Promise.all([image.close(), mask.close(), soft?.close()]);
  }
}

/** By which slides are grouped into folds unless another column is asked for; see core's `foldGroupColumn`. */
export function groupsOf(slides: readonly PreparedSlide[]): ReadonlyMap<string, string> {
  const values = groupValues(slides, foldGroupColumn(slides));
  return new Map(slides.map(({ id }, i) => [id, values[i] ?? id]));
}

/** The labelled share of each tile, where it is not that of the mask. */
export type LabelledShares = (slide: PreparedSlide, tiles: readonly Rect[]) => Promise<Float64Array | undefined>;

/**
 * The table's text; reads the rasters that `prepareDataset` has just written.
 * @param allTiles list background too
 * @throws FtuError for a slide that holds no whole tile where edges are dropped
 */
export async function tileTable(
  folder: string,
  index: DatasetIndex,
  allTiles: boolean,
  labelledShares?: LabelledShares,
): Promise<TileTable> {
  const lines = [tileColumns.join()];
  const groups = groupsOf(index.slides);
  let [skipped, unknown] = [0, 0];
  const empty: string[] = [];
  const colourless: string[] = [];
  for (const slide of index.slides) {
    const start = csvLines([[slide.id, slide.columns.source ?? '', groups.get(slide.id) ?? slide.id]]).trimEnd();
    const places = gridOf(slide, index);
    const shares = await labelledShares?.(slide, places);
    const meter = new LookMeter();
    const found: { readonly tile: Rect; readonly facts: TileFacts; readonly share: number | undefined }[] = [];
    for await (const [tile, onMask] of factsOf(folder, slide, places, index.classes.length, meter)) {
      const share = shares?.[found.length];
      found.push({ tile, facts: share === undefined ? onMask : { ...onMask, density: share }, share });
    }
    const withoutColour = isColourless(meter.look());
    const known = found.filter(({ facts }) => facts.unknown !== true);
    const listed = allTiles ? known : known.filter(({ facts }) => !isBackground(facts, withoutColour));
    unknown += found.length - known.length;
    skipped += known.length - listed.length;
    if (listed.length === 0) empty.push(slide.id);
    else if (withoutColour && !allTiles) colourless.push(slide.id);
    for (const { tile, facts, share } of listed) {
      const { x, y } = tile;
      // Shares that were counted stay exact: two counts that differ by a pixel fall into different bins.
      const density = share === undefined ? facts.density.toFixed(6) : String(share);
      lines.push([start, x, y, index.tile, facts.saturation.toFixed(2), density].join());
    }
  }
  return { csv: `${lines.join('\n')}\n`, count: lines.length - 1, skipped, unknown, empty, colourless };
}
