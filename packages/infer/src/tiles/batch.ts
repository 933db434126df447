/**
 * From RGB tiles to the float tensor that a network eats: normalised, planar, batched.
 * It runs between two calls of the network, where every millisecond is lost, hence the look-up tables.
 */
import { FtuError, type Raster } from '@ftuseg/core';
import type { BatchShape } from '../session/session.js';

/** Mean and standard deviation per channel (R, G, B) on the 0..1 scale; a model card has both. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface Batch {
  /** Normalised pixels, N x 3 x H x W, row-major. */
  readonly data: Float32Array;
  readonly shape: BatchShape;
}

/**
 * Packs RGB tiles (H x W x 3, 0..255, whole numbers or not) of one size into a normalised N x 3 x H x W batch: `(value / 255 - mean) / std`.
 * @param into reused as the batch's memory when it is long enough; the result is then a view on its start
 * @throws {FtuError} `bad-input` for no tiles, tiles of different sizes, or tiles that are not RGB
 * @example
 * const batch = toBatch([tile], model.card);
 * const logits = await model.session.run(batch.data, batch.shape);
 */
export function toBatch(
  tiles: readonly Raster<Uint8Array | Float32Array>[],
  normalisation: Normalisation,
  into?: Float32Array,
): Batch {
  const [first] = tiles;
  if (first === undefined) throw new FtuError('bad-input', 'a batch needs at least one tile');
  const { width, height } = first;
  const area = width * height;
  const length = tiles.length * 3 * area;
  const data = into !== undefined && into.length >= length ? into.subarray(0, length) : new Float32Array(length);
  const tables = normalisationTables(normalisation);
  tiles.forEach((tile, n) => {
    if (tile.channels !== 3) throw new FtuError('bad-input', `a tile has ${tile.channels} channels, not 3 (RGB)`);
    if (tile.width !== width || tile.height !== height) {
      throw new FtuError(
        'bad-input',
        `a batch has tiles of ${width} x ${height} and of ${tile.width} x ${tile.height} pixels`,
      );
    }
    if (tile.data instanceof Uint8Array) packTile(tile.data, tables, data, n * 3 * area, area);
    else packFloats(tile.data, normalisation, data, n * 3 * area, area);
  });
  return { data, shape: [tiles.length, 3, height, width] };
}

type Tables = readonly [red: Float32Array, green: Float32Array, blue: Float32Array];

function normalisationTables({ mean, std }: Normalisation): Tables {
  const table = (channel: number): Float32Array => {
    const [m, s] = [mean[channel], std[channel]];
    if (m === undefined || s === undefined || !(s > 0)) {
      throw new FtuError('bad-input', `the normalisation of channel ${channel + 1} of 3 is missing or not positive`);
    }
    return Float32Array.from({ length: 256 }, (_, value) => (value / 255 - m) / s);
  };
  return [table(0), table(1), table(2)];
}

function packTile(pixels: Uint8Array, tables: Tables, data: Float32Array, offset: number, area: number): void {
  const [red, green, blue] = tables;
  const greenAt = offset + area;
  const blueAt = greenAt + area;
  for (let i = 0, p = 0; i < area; i++, p += 3) {
    data[offset + i] = red[pixels[p] as number] as number;
    data[greenAt + i] = green[pixels[p + 1] as number] as number;
    data[blueAt + i] = blue[pixels[p + 2] as number] as number;
  }
}

/** What has no table: samples between two of its entries. */
function packFloats(
  pixels: Float32Array,
  { mean, std }: Normalisation,
  data: Float32Array,
  offset: number,
  area: number,
): void {
  for (let c = 0; c < 3; c++) {
    const [m, s] = [mean[c] as number, std[c] as number];
    for (let i = 0, at = offset + c * area; i < area; i++) data[at + i] = ((pixels[3 * i + c] as number) / 255 - m) / s;
  }
}
