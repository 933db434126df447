/**
 * Columns of a map cut out, copied and joined. Bands move through memory as columns while rows lie one after the other, so that every one of
 * these is a copy per row; written once, so that the arithmetic of it is.
 */
import { type Raster, raster } from '@ftuseg/core';

/** Part of a map: from `left` and `top` to before `right` and `bottom`. */
export interface ColumnBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Copies what a band has of a box; the rest of `out` stays.
 * @param bandLeft where the band's first column lies, in the box's coordinates
 * @param out the box's pixels, row-major, channels interleaved
 */
export function copyColumns<D extends Float32Array | Uint8Array>(
  band: Raster<D>,
  bandLeft: number,
  out: D,
  box: ColumnBox,
): void {
  const { width, channels, data } = band;
  const [from, to] = [Math.max(box.left, bandLeft), Math.min(box.right, bandLeft + width)];
  for (let y = box.top; y < box.bottom && from < to; y++) {
    const start = (y * width + from - bandLeft) * channels;
    const at = ((y - box.top) * (box.right - box.left) + from - box.left) * channels;
    out.set(data.subarray(start, start + (to - from) * channels), at);
  }
}

/** Copies a band of a whole map to its place there; `left` is its first column. */
export function placeColumns<D extends Float32Array | Uint8Array>(
  band: Raster<D>,
  left: number,
  whole: Raster<D>,
): void {
  copyColumns(band, left, whole.data, { left: 0, right: whole.width, top: 0, bottom: whole.height });
}

/** Some columns of a map; the map itself where they are all of it. */
export function cutColumns(band: Raster<Float32Array>, first: number, count: number): Raster<Float32Array> {
  const { width, height, channels } = band;
  if (first === 0 && count === width) return band;
  const out = new Float32Array(height * count * channels);
  copyColumns(band, 0, out, { left: first, right: first + count, top: 0, bottom: height });
  return raster(count, height, channels, out);
}

/** `b` to the right of `a`; both have the same rows and channels. */
export function joinColumns(a: Raster<Float32Array>, b: Raster<Float32Array>): Raster<Float32Array> {
  const { height, channels } = a;
  const width = a.width + b.width;
  const out = new Float32Array(height * width * channels);
  const box = { left: 0, right: width, top: 0, bottom: height };
  copyColumns(a, 0, out, box);
  copyColumns(b, a.width, out, box);
  return raster(width, height, channels, out);
}

/** The tile of a column of tiles that starts at row `top`: a view on the column's memory. */
export function tileOfColumn(column: Raster, top: number, tile: number): Raster {
  const rowLength = column.width * column.channels;
  return raster(tile, tile, column.channels, column.data.subarray(top * rowLength, (top + tile) * rowLength));
}
