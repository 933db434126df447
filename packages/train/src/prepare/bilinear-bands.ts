/**
 * A slide's picture and labels at the working resolution by bilinear resampling without averaging, in bands from top to bottom: always of
 * level 0, because a smaller level is already averaged.
 */
import { type BilinearTaps, bilinearRows, bilinearTaps, raster } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { ImageBand, WorkingSize } from './image-bands.js';

/** Bytes of a band of level 0; two are in memory, one being read. */
const BAND_BYTES = 48 << 20;

/** Rows of level 0. */
export interface SourceRows {
  readonly top: number;
  readonly rows: number;
}

export interface BilinearBand extends ImageBand {
  readonly across: BilinearTaps;
  readonly down: BilinearTaps;
  /** What the band was made of; the bands of a slide leave no row out. */
  readonly source: SourceRows;
}

/** Working rows of a band: whole blocks of the slide where they fit, so that no block is decoded twice. */
function bandRows({ width, info }: Slide, downsample: number): number {
  const most = Math.max(1, Math.floor(BAND_BYTES / (width * 3)));
  const block = info.levels[0]?.blockHeight ?? 1;
  const rows = block <= most ? most - (most % block) : most;
  return Math.max(1, Math.floor(rows / downsample));
}

/** The rows that taps reach, and all between them and the next band's. */
function sourceOf(
  { low, high }: BilinearTaps,
  top: number,
  rows: number,
  slide: Slide,
  downsample: number,
): SourceRows {
  const from = Math.min(low[0] ?? 0, Math.floor(top * downsample));
  const past = Math.max((high.at(-1) ?? 0) + 1, Math.ceil((top + rows) * downsample));
  return { top: from, rows: Math.min(past, slide.height) - from };
}

/** The bands of a slide; the next one is read while the caller works on the one in hand. */
export async function* bilinearBands(
  slide: Slide,
  { width, height, downsample, recolour = (picture) => picture }: WorkingSize,
  signal: AbortSignal | undefined,
): AsyncGenerator<BilinearBand, void> {
  const across = bilinearTaps({ factor: downsample, length: slide.width, first: 0, count: width });
  const step = bandRows(slide, downsample);
  const read = (top: number) => {
    if (top >= height) return undefined;
    const rows = Math.min(step, height - top);
    const down = bilinearTaps({ factor: downsample, length: slide.height, first: top, count: rows });
    const source = sourceOf(down, top, rows, slide, downsample);
    const region = { x: 0, y: source.top, width: slide.width, height: source.rows, downsample: 1 };
    const reading = slide.readRegion(region, { signal });
    reading.catch(() => undefined);
    return { rows, down, source, reading };
  };
  let next = read(0);
  for (let top = 0; next !== undefined; top += step) {
    const { rows, down, source, reading } = next;
    const { data } = await reading;
    next = read(top + step);
    const pixels = bilinearRows(data, { width: slide.width, channels: 3, top: source.top }, across, down);
    const picture = recolour(raster(width, rows, 3, pixels));
    yield { width, height, top, rows, picture, across, down, source };
  }
}
