/** Pixels of one tile: a file's own level where there is one, else averaged from the next finer. */
import { emptyRaster, type Raster } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { TileBox } from './tile-grid.js';

/** Part of a picture; beyond its edge the last pixels go on, as for the column that a scanner left out. */
export function cutOut(
  picture: Raster,
  { left, top, columns, rows }: Pick<TileBox, 'left' | 'top' | 'columns' | 'rows'>,
): Raster {
  const { width, height, channels, data } = picture;
  const out = emptyRaster(columns, rows, channels);
  const inside = Math.min(columns, width - left);
  for (let y = 0; y < rows; y++) {
    const from = (Math.min(top + y, height - 1) * width + left) * channels;
    const to = y * columns * channels;
    out.data.set(data.subarray(from, from + inside * channels), to);
    for (let i = inside * channels; i < columns * channels; i++) {
      out.data[to + i] = out.data[to + i - channels] as number;
    }
  }
  return out;
}

/** As large as the grid has it. */
const fitted = (read: Raster, { columns, rows }: Pick<TileBox, 'columns' | 'rows'>): Raster =>
  read.width === columns && read.height === rows ? read : cutOut(read, { left: 0, top: 0, columns, rows });

async function ownPixels(slide: Slide, stored: number, box: TileBox, signal: AbortSignal): Promise<Raster> {
  const { width, height } = slide.levels[stored] ?? slide;
  const left = Math.min(box.left, width - 1);
  const top = Math.min(box.top, height - 1);
  const columns = Math.min(box.columns, width - left);
  const rows = Math.min(box.rows, height - top);
  return fitted(await slide.readRows({ width, height, top, rows, left, columns }, { signal }), box);
}

/** Averaged by exactly the level's factor: a slide squeezed to the level's whole pixels would lie beside its outlines. */
export async function readAveraged(slide: Slide, box: TileBox, signal: AbortSignal): Promise<Raster> {
  const { factor } = box.level;
  const [x, y] = [box.left * factor, box.top * factor];
  /** A rest of less than half a pixel is left out, as the last pixel goes on. */
  const length = (pixels: number, limit: number): number =>
    pixels * factor <= limit || limit < factor || limit % factor >= factor / 2
      ? Math.min(pixels * factor, limit)
      : limit - (limit % factor);
  const [width, height] = [length(box.columns, slide.width - x), length(box.rows, slide.height - y)];
  return fitted(await slide.readRegion({ x, y, width, height, downsample: factor }, { signal }), box);
}

/** @param overview asked for where the tile is coarse and no level of the file has it */
export async function readTile(
  slide: Slide,
  box: TileBox,
  overview: () => Promise<Raster | undefined>,
  signal: AbortSignal,
): Promise<Raster> {
  const { level } = box;
  if (level.stored !== undefined) return ownPixels(slide, level.stored, box, signal);
  const small = await overview();
  if (small !== undefined) return cutOut(small, box);
  return readAveraged(slide, box, signal);
}
