/** A level of OME-Zarr as a page: its chunks are tiles, decoded and put in order before the level reader sees them. */
import { none } from '../../codecs/none.js';
import type { ByteSource } from '../../source/byte-source.js';
import { type BlockPlace, PLAIN_SAMPLES, type TiffPage } from '../tiff/page.js';
import type { ChunkStore } from './array/chunk-store.js';
import type { ZarrArray } from './array/zarr-array.js';
import type { Colours } from './colours.js';
import type { Axis } from './multiscale.js';
import { type Picked, pickSamples } from './pick-samples.js';

export interface LevelOptions {
  readonly axes: readonly Axis[];
  readonly colours: Colours;
  readonly store: ChunkStore;
  /** For messages. */
  readonly subject: string;
  readonly name: string;
}

/** The plane that is shown of an axis: the first time point, the middle focal plane. */
export const planeOf = (axis: Axis, length: number): number => (axis === 'z' ? length >> 1 : 0);

export function levelPage(array: ZarrArray, { axes, colours, store, subject, name }: LevelOptions): TiffPage {
  const { shape, chunk, bits } = array;
  const strides = stridesOf(array);
  const of = (list: readonly number[], axis: Axis, without: number): number => list[axes.indexOf(axis)] ?? without;
  const [width, height] = [of(shape, 'x', 1), of(shape, 'y', 1)];
  const [blockWidth, blockHeight] = [of(chunk, 'x', 1), of(chunk, 'y', 1)];
  const [across, down] = [Math.ceil(width / blockWidth), Math.ceil(height / blockHeight)];
  const { channels } = colours;
  const inChunk = of(chunk, 'c', 1);
  // All colours in one chunk are decoded once; else each plane has chunks of its own.
  const planar = channels.length > 1 && inChunk < of(shape, 'c', 1);
  const size = bits === 8 ? 1 : 2;

  const locate = async (index: number): Promise<BlockPlace> => {
    const plane = planar ? Math.floor(index / (across * down)) : 0;
    const [column, row] = [index % across, Math.floor(index / across) % down];
    const wanted = planar ? [channels[plane] ?? 0] : channels;
    const [first = 0] = wanted;
    const place = axes.map((axis, i) => {
      if (axis === 'x') return column;
      if (axis === 'y') return row;
      const at = axis === 'c' ? first : planeOf(axis, shape[i] ?? 1);
      return Math.floor(at / (chunk[i] ?? 1));
    });
    const start = axes.reduce((sum, axis, i) => {
      const fixed = axis === 't' || axis === 'z' ? planeOf(axis, shape[i] ?? 1) % (chunk[i] ?? 1) : 0;
      return sum + fixed * (strides[i] ?? 0);
    }, 0);
    const picked: Picked = {
      width: blockWidth,
      height: blockHeight,
      size,
      across: of(strides, 'x', 1),
      down: of(strides, 'y', 1),
      from: wanted.map((channel) => start + (channel % inChunk) * of(strides, 'c', 0)),
    };
    const bytes = blockWidth * blockHeight * wanted.length * size;
    const fill = (): Uint8Array => filled(bytes, array);
    const pick = (samples: Uint8Array | undefined): Uint8Array =>
      samples === undefined ? fill() : pickSamples(samples, picked);
    const source: ByteSource = {
      name: subject,
      size: bytes,
      read: (_offset, _length, { signal } = {}) => store.read(array, place, pick, signal),
      close: async () => undefined,
    };
    return { offset: 0, bytes, source };
  };

  return {
    ...PLAIN_SAMPLES,
    name,
    width,
    height,
    blocks: 'tiles',
    blockWidth,
    blockHeight,
    across,
    down,
    index: { length: across * down * (planar ? channels.length : 1), locate },
    // The source gives samples.
    codec: none,
    compression: compressionOf(array),
    photometric: channels.length === 3 ? 'rgb' : 'black-is-zero',
    samples: channels.length,
    bits,
    usedBits: bits,
    blank: 0,
    planar,
    littleEndian: array.littleEndian,
  };
}

/** Samples between neighbours along each dimension, inside a chunk. */
function stridesOf({ chunk, order }: ZarrArray): readonly number[] {
  const strides = chunk.map(() => 0);
  let step = 1;
  for (const dimension of [...order].reverse()) {
    strides[dimension] = step;
    step *= chunk[dimension] ?? 1;
  }
  return strides;
}

function filled(bytes: number, { bits, fill, littleEndian }: ZarrArray): Uint8Array {
  const [low, high] = [fill & 255, fill >> 8];
  const out = new Uint8Array(bytes).fill(low);
  if (bits === 16 && low !== high) {
    for (let i = littleEndian ? 1 : 0; i < bytes; i += 2) out[i] = high;
  }
  return out;
}

/** Never `none`: a page of that name is read past the block cache. */
function compressionOf({ codecs, shards }: ZarrArray): string {
  const packed = codecs.find((codec) => codec !== 'crc32c') ?? 'uncompressed';
  return shards === undefined ? packed : `${packed}, in shards`;
}
