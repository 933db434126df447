/**
 * The tiles of a prepared data set as pixels, slide by slide: whoever writes them in some format holds one slide and one tile.
 */
import { crop, FtuError, type Rect, raster, tileGrid } from '@ftuseg/core';
import {
  type Dataset,
  isBackground,
  isColourlessRaster,
  loadSlide,
  type PreparedSlide,
  readTiles,
  tileFacts,
} from '@ftuseg/train';
import { labelsOfBits } from './tile-labels.js';
import type { TilePixels } from './tile-record.js';

export interface TileChoice {
  /** Side of a tile and overlap of neighbours, working pixels; default: those that the data set was prepared with. */
  readonly tile?: number | undefined;
  readonly overlap?: number | undefined;
  /** Background too. */
  readonly all?: boolean | undefined;
}

/** A line of `tiles.csv`. */
export type TileLine = Readonly<Record<string, string | number>>;

export interface CutTile extends TilePixels {
  /** `ID_X_Y`. */
  readonly name: string;
  /** What tables say of the tile, by column. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** Where the tiles of each slide lie; without any choice, as `tiles.csv` lists them. */
export async function planTiles(dataset: Dataset, choice: TileChoice): Promise<(slide: PreparedSlide) => Rect[]> {
  const { tile = dataset.tile, overlap = Math.min(dataset.overlap, tile - 1) } = choice;
  if (choice.tile === undefined && choice.overlap === undefined && choice.all !== true) {
    const listed = await readTiles(dataset);
    return ({ id }) => (listed.get(id) ?? []).map(({ x, y }) => ({ x, y, width: tile, height: tile }));
  }
  return ({ width, height }) => tileGrid(width, height, { tile, overlap });
}

export interface CutOptions {
  /** Tiles of background too. */
  readonly background: boolean;
  /** What the slide belongs to; see train's `groupsOf`. */
  readonly group: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The tiles of one slide, row by row. A slide smaller than a tile is mirrored at its right and bottom border, so that all tiles are of one size.
 *
 * @throws FtuError 'cancelled' when `signal` aborts; as `loadSlide`
 */
export async function* cutTiles(
  dataset: Dataset,
  slide: PreparedSlide,
  places: readonly Rect[],
  { background, group, signal }: CutOptions,
): AsyncGenerator<CutTile, void> {
  const { width, height, image, mask, soft } = await loadSlide(dataset, slide);
  const picture = raster(width, height, 3, image);
  const bits = raster(width, height, 1, mask);
  const doubts = soft === undefined ? undefined : raster(width, height, dataset.classes.length, soft);
  const colourless = !background && isColourlessRaster(image, width, height);
  for (const place of places) {
    if (signal?.aborted) throw new FtuError('cancelled', 'stopped while exporting tiles', { hint: 'run it again' });
    const { x, y } = place;
    const rows = Math.min(place.height, height - y);
    const found = tileFacts(image.subarray(y * width * 3), mask.subarray(y * width), rows, width, place);
    if (!background && isBackground(found, colourless)) continue;
    yield {
      name: `${slide.id}_${x}_${y}`,
      image: crop(picture, place),
      mask: labelsOfBits(crop(bits, place), doubts === undefined ? undefined : crop(doubts, place)),
      facts: {
        slide: slide.id,
        source: slide.columns.source ?? '',
        group,
        x,
        y,
        size: place.width,
        saturation_mean: found.saturation.toFixed(2),
        mask_density: found.density.toFixed(6),
      },
    };
  }
}
