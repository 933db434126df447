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

async function ownPixels(slide: Slide, stored: number, box: TileBox, signal: AbortSignal): Promise<Raster> {
  const { width, height } = slide.levels[stored] ?? slide;
  const left = Math.min(box.left, width - 1);
  const top = Math.min(box.top, height - 1);
  const columns = Math.min(box.columns, width - left);
  const rows = Math.min(box.rows, height - top);
  const read = await slide.readRows({ width, height, top, rows, left, columns }, { signal });
  if (columns === box.columns && rows === box.rows) return read;
  return cutOut(read, { left: 0, top: 0, columns: box.columns, rows: box.rows });
}

/** @param overview asked for where the tile is coarse and no level of the file has it */
export async function readTile(
  slide: Slide,
  box: TileBox,
  overview: () => Promise<Raster | undefined>,
  signal: AbortSignal,
): Promise<Raster> {
  const { level, left, top, columns, rows } = box;
  if (level.stored !== undefined) return ownPixels(slide, level.stored, box, signal);
  const small = await overview();
  if (small !== undefined) return cutOut(small, box);
  return slide.readRows({ width: level.width, height: level.height, top, rows, left, columns }, { signal });
}
