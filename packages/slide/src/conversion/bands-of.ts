/** A slide from top to bottom at one of its sizes, the next band read while the last one is used. */
import type { Raster } from '@ftuseg/core';
import type { Slide, SlideLevel } from '../slide.js';

export interface SlideBand {
  readonly band: Raster;
  /** Of the slide, with this band; 0 to 1. */
  readonly share: number;
}

/** @param rows of each band; the last may have fewer */
export async function* bandsOf(
  slide: Slide,
  { width, height }: Pick<SlideLevel, 'width' | 'height'>,
  rows: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<SlideBand> {
  const read = (top: number): Promise<Raster> | undefined => {
    if (top >= height) return undefined;
    const band = slide.readRows({ width, height, top, rows: Math.min(rows, height - top) }, { signal });
    band.catch(() => undefined);
    return band;
  };
  let next = read(0);
  for (let top = 0; next !== undefined; top += rows) {
    const band: Raster = await next;
    next = read(top + rows);
    yield { band, share: Math.min(1, (top + rows) / height) };
  }
}
