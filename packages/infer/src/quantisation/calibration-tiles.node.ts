/** Tiles of tissue that stand for the slides a network will be shown, as it will be shown them: at its scale and in its colours. */
import { createRandom, FtuError, lookAt, mixSeeds, type Raster, type Rect, raster, sampleTiles } from '@ftuseg/core';
import type { ModelCard } from '@ftuseg/nn';
import { openSlide, pixelScaleOf, type Slide, type SlideRow } from '@ftuseg/slide';
import { slideColours } from '@ftuseg/slide/browser';
import { throwIfCancelled } from '../concurrency/cancel.js';
import { type WorkingGrid, workingGrid } from '../plan/working-grid.js';
import { type BackgroundTest, backgroundTest, readOverview } from '../tiles/background.js';
import { readAround } from '../tiles/read-window.js';

export interface CalibrationTilesOptions {
  /** Tiles of each slide, if it has so many. */
  readonly perSlide: number;
  /** Side of a tile, pixels at the model's scale. */
  readonly side: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

export interface SlideTiles {
  readonly id: string;
  readonly image: string;
  /** RGB, `side` x `side`; where a slide is smaller, the rest is white. */
  readonly tiles: readonly Raster[];
}

/** For each tile that is wanted, so many are read at most: of a slide with little tissue not all of it. */
const READ_PER_TILE = 16;

/**
 * The same slides, card and seed give the same tiles.
 * @throws {FtuError} `bad-input` for a slide without a scale or of one that the model cannot be given, and where no slide shows tissue; `cancelled`; what
 * the slides throw
 */
export async function calibrationTiles(
  rows: readonly SlideRow[],
  card: ModelCard,
  options: CalibrationTilesOptions,
): Promise<SlideTiles[]> {
  const found: SlideTiles[] = [];
  for (const [i, row] of rows.entries()) {
    throwIfCancelled(options.signal);
    const slide = await openSlide(row.image);
    try {
      const seed = mixSeeds(options.seed, i);
      found.push({ id: row.id, image: row.image, tiles: await tilesOf(slide, row, card, { ...options, seed }) });
    } finally {
      await slide.close();
    }
  }
  if (found.every(({ tiles }) => tiles.length === 0)) {
    const ids = rows.map(({ id }) => id).join(', ');
    throw new FtuError('bad-input', `no tissue was found on the calibration slides (${ids})`, {
      subject: '--calibrate',
      hint: 'give slides with tissue, of the kind that the model will be shown',
    });
  }
  return found;
}

function gridOf(slide: Slide, row: SlideRow, card: ModelCard): WorkingGrid {
  try {
    return workingGrid(slide, card, { micronsPerPixel: pixelScaleOf(row, slide, undefined) });
  } catch (error) {
    if (!(error instanceof FtuError)) throw error;
    throw new FtuError(error.code, error.problem, {
      subject: `calibration slide ${row.id}`,
      hint: 'give its scale in column "mpp" of a slide table, or calibrate on slides of a scale that the model knows',
      cause: error,
    });
  }
}

async function tilesOf(
  slide: Slide,
  row: SlideRow,
  card: ModelCard,
  { perSlide, side, seed, signal }: CalibrationTilesOptions,
): Promise<Raster[]> {
  const grid = gridOf(slide, row, card);
  const overview = await readOverview(slide, signal);
  const isBackground = backgroundTest(lookAt(overview));
  const colours = await slideColours(
    slide,
    { icc: card.icc, stainNormalisation: card.stainNormalisation },
    async () => overview,
    row.id,
  );
  const places = createRandom(seed).shuffle(sampleTiles(grid.width, grid.height, side));
  const likely = places.filter((place) => !isBackground(cropOf(overview, grid, place)));
  const tiles: Raster[] = [];
  for (const place of likely.slice(0, READ_PER_TILE * perSlide)) {
    if (tiles.length === perSlide) break;
    throwIfCancelled(signal);
    const tile = await readIfWhole(slide, grid, place, { signal, isBackground });
    if (tile !== undefined) tiles.push(onWhite(colours.recolour?.(tile) ?? tile, side));
  }
  return tiles;
}

/** A tile with damage, or without tissue after all, says nothing of what networks see. */
async function readIfWhole(
  slide: Slide,
  grid: WorkingGrid,
  place: Rect,
  { signal, isBackground }: { readonly signal: AbortSignal | undefined; readonly isBackground: BackgroundTest },
): Promise<Raster | undefined> {
  let whole = true;
  try {
    const tile = await readAround(slide, grid, place, signal, () => {
      whole = false;
    });
    return whole && !isBackground(tile) ? tile : undefined;
  } catch (error) {
    if (error instanceof FtuError && error.code === 'bad-input') return undefined;
    throw error;
  }
}

/** What an overview shows of a place of the grid, at least a pixel. */
function cropOf(overview: Raster, grid: WorkingGrid, place: Rect): Raster {
  const [across, down] = [overview.width / grid.width, overview.height / grid.height];
  const left = Math.floor(place.x * across);
  const top = Math.floor(place.y * down);
  const width = Math.max(1, Math.min(Math.ceil(place.width * across), overview.width - left));
  const height = Math.max(1, Math.min(Math.ceil(place.height * down), overview.height - top));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * overview.width + left) * 3;
    data.set(overview.data.subarray(from, from + width * 3), y * width * 3);
  }
  return raster(width, height, 3, data);
}

function onWhite(tile: Raster, side: number): Raster {
  if (tile.width === side && tile.height === side) return tile;
  const data = new Uint8Array(side * side * 3).fill(255);
  for (let y = 0; y < tile.height; y++) {
    data.set(tile.data.subarray(y * tile.width * 3, (y + 1) * tile.width * 3), y * side * 3);
  }
  return raster(side, side, 3, data);
}
