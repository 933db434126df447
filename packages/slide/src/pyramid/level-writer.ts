/**
 * One level of a pyramid while it is written: bands are collected until a row (or column) of tiles is full, which is then
 * handed on whole, and halved for the level below.
 */
import { emptyRaster, type Raster, type Rect } from '@ftuseg/core';

export interface LevelShape {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly tileSize: number;
  /** Bands come from top to bottom, or from left to right. */
  readonly order: 'rows' | 'columns';
}

/** A full strip of tiles: number `index` from the top, or from the left. */
export interface Strip {
  readonly index: number;
  readonly pixels: Raster;
}

export class LevelWriter {
  readonly shape: LevelShape;
  /** Rows, or columns, taken. */
  taken = 0;
  #strip: Raster | undefined;

  constructor(shape: LevelShape) {
    this.shape = shape;
  }

  /** Rows, or columns, that there will be. */
  get length(): number {
    return this.shape.order === 'rows' ? this.shape.height : this.shape.width;
  }

  /** Takes the next band, which must not change any more, and yields the strips that it fills. */
  *push(band: Raster): Generator<Strip> {
    const { order, tileSize, width, height, channels } = this.shape;
    const size = order === 'rows' ? band.height : band.width;
    for (let done = 0; done < size; ) {
      const within = this.taken % tileSize;
      const stripSize = Math.min(tileSize, this.length - (this.taken - within));
      if (done === 0 && within === 0 && stripSize === size) {
        // The band is a strip as it is.
        this.taken += size;
        yield { index: Math.ceil(this.taken / tileSize) - 1, pixels: band };
        return;
      }
      this.#strip ??=
        order === 'rows' ? emptyRaster(width, stripSize, channels) : emptyRaster(stripSize, height, channels);
      const count = Math.min(stripSize - within, size - done);
      if (order === 'rows') copy(band, 0, done, band.width, count, this.#strip, 0, within);
      else copy(band, done, 0, count, band.height, this.#strip, within, 0);
      done += count;
      this.taken += count;
      if (within + count < stripSize) continue;
      const pixels = this.#strip;
      this.#strip = undefined;
      yield { index: Math.ceil(this.taken / tileSize) - 1, pixels };
    }
  }
}

function copy(
  from: Raster,
  x: number,
  y: number,
  width: number,
  height: number,
  to: Raster,
  left: number,
  top: number,
): void {
  const { channels } = from;
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * from.width + x) * channels;
    const end = start + width * channels;
    to.data.set(from.data.subarray(start, end), ((top + row) * to.width + left) * channels);
  }
}

/** The part of a strip that tile `index` covers. */
export function tileArea({ pixels }: Strip, index: number, { order, tileSize }: LevelShape): Rect {
  const [x, y] = order === 'rows' ? [index * tileSize, 0] : [0, index * tileSize];
  return { x, y, width: Math.min(tileSize, pixels.width - x), height: Math.min(tileSize, pixels.height - y) };
}

/** Tile `index` along a strip, filled up at the slide's edges by repeating the last pixels. */
export function cutTile(strip: Strip, index: number, shape: LevelShape): Uint8Array {
  const { width, channels, data } = strip.pixels;
  const { tileSize } = shape;
  const { x, y, width: columns, height: rows } = tileArea(strip, index, shape);
  const out = new Uint8Array(tileSize * tileSize * channels);
  const stride = tileSize * channels;
  for (let row = 0; row < tileSize; row++) {
    const from = ((y + Math.min(row, rows - 1)) * width + x) * channels;
    out.set(data.subarray(from, from + columns * channels), row * stride);
    for (let i = columns * channels; i < stride; i++) {
      out[row * stride + i] = out[row * stride + i - channels] as number;
    }
  }
  return out;
}
