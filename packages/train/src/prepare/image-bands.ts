/**
 * A slide's picture at the working resolution in bands from top to bottom, so that memory does not grow with the slide. The caller writes
 * each band and works on the labels of the same rows.
 */
import { type Raster, resizeArea, resizeBilinear } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';

/** Bytes of a band of the picture. */
const BAND_BYTES = 16 << 20;
/** Rows of a tile in most slides. */
const TILE_ROWS = 256;

export interface WorkingSize {
  readonly width: number;
  readonly height: number;
  /** Level-0 pixels per working pixel, exactly: `width` and `height` are rounded. */
  readonly downsample: number;
  /** What becomes of the colours of a picture at the working resolution; undefined: nothing. */
  readonly recolour?: ((picture: Raster) => Raster) | undefined;
}

export interface ImageBand {
  /** Size of the slide at the working resolution. */
  readonly width: number;
  readonly height: number;
  /** First row, and how many. */
  readonly top: number;
  readonly rows: number;
  /** RGB, width x rows x 3. */
  readonly picture: Raster;
}

/** Whether the slide is coarser than the working resolution. */
export const isEnlarged = ({ width, height }: WorkingSize, slide: Slide): boolean =>
  width > slide.width || height > slide.height;

/** The whole slide enlarged bilinearly, in memory: a slide that is coarser than the working resolution is small. */
export async function enlargedImage(
  slide: Slide,
  { width, height, recolour = (picture) => picture }: WorkingSize,
  signal: AbortSignal | undefined,
): Promise<Raster> {
  const whole = { x: 0, y: 0, width: slide.width, height: slide.height, downsample: 1 };
  const picture = await slide.readRegion(whole, { signal });
  // Pixels that are not square may shrink along one axis: there they are averaged, as prediction does it.
  const [across, down] = [Math.min(width, slide.width), Math.min(height, slide.height)];
  const shrunk = across < slide.width || down < slide.height ? resizeArea(picture, across, down) : picture;
  return recolour(resizeBilinear(shrunk, width, height));
}

/**
 * The bands of a slide, averaged over area; the next one is read while the caller works on the one in hand. An enlarged slide is one band.
 */
export async function* imageBands(
  slide: Slide,
  size: WorkingSize,
  signal: AbortSignal | undefined,
): AsyncGenerator<ImageBand, void> {
  const { width, height, recolour = (picture) => picture } = size;
  if (isEnlarged(size, slide)) {
    yield { width, height, top: 0, rows: height, picture: await enlargedImage(slide, size, signal) };
    return;
  }
  const most = Math.max(1, Math.floor(BAND_BYTES / (width * 3)));
  // Whole rows of tiles, where a level has the working resolution: no tile is then decoded twice.
  const rows = most > TILE_ROWS ? most - (most % TILE_ROWS) : most;
  const band = (top: number): Omit<ImageBand, 'picture'> => ({
    width,
    height,
    top,
    rows: Math.min(rows, height - top),
  });
  const read = (top: number): Promise<Raster> | undefined => {
    const reading = top < height ? slide.readRows(band(top), { signal }) : undefined;
    reading?.catch(() => undefined);
    return reading;
  };
  let next = read(0);
  for (let top = 0; next !== undefined; top += rows) {
    const picture = await next;
    next = read(top + rows);
    yield { ...band(top), picture: recolour(picture) };
  }
}
