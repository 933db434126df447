/** A class's probabilities out of the bands of a store, as tiles of a pyramid for the viewer. */
import { z } from 'zod';
import type { FileStore } from './file-store.js';
import { StoredBands } from './stored-bands.js';

export interface StoredMap {
  readonly width: number;
  readonly height: number;
  /** Level-0 pixels per pixel of the map's level 0. */
  readonly downsample: number;
  readonly levels: number;
  /** 256 x 256 octets; beyond the map 0. */
  readonly tile: (level: number, x: number, y: number) => Promise<ArrayBuffer>;
}

const TILE = 256;
/** Tiles that are held. */
const MAX_HELD = 600;

const mapSchema = z.object({ width: z.number(), height: z.number(), downsample: z.number() });

/** @param klass number of the class @returns undefined where the prediction is not finished */
export async function openProbabilityMap(store: FileStore, klass: number): Promise<StoredMap | undefined> {
  const text = await store.read('map.json');
  if (text === undefined) return undefined;
  const { width, height, downsample } = mapSchema.parse(JSON.parse(new TextDecoder().decode(text)));
  const first = await store.read('band-00000.bin');
  if (first === undefined) return undefined;
  const length = new DataView(first.buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(first.subarray(4, 4 + length)));
  const bands = await StoredBands.open(store, z.object({ fingerprint: z.string() }).parse(head).fingerprint);
  const levels = 1 + Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / TILE)));
  const held = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

  const base = async (x: number, y: number): Promise<Uint8Array<ArrayBuffer>> => {
    const out = new Uint8Array(TILE * TILE);
    for await (const { left, probability } of bands.bands(x * TILE, (x + 1) * TILE)) {
      const { width: columns, channels, data } = probability;
      for (let row = 0; row < Math.min(TILE, height - y * TILE); row++) {
        for (let column = Math.max(0, left - x * TILE); column < TILE; column++) {
          const from = x * TILE + column - left;
          if (from >= columns) break;
          out[row * TILE + column] = data[((y * TILE + row) * columns + from) * channels + klass] ?? 0;
        }
      }
    }
    return out;
  };
  const quarter = async (level: number, x: number, y: number): Promise<Uint8Array<ArrayBuffer>> => {
    const out = new Uint8Array(TILE * TILE);
    for (const [right, down] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      const fine = await one(level - 1, 2 * x + right, 2 * y + down);
      for (let row = 0; row < TILE / 2; row++) {
        for (let column = 0; column < TILE / 2; column++) {
          const at = 2 * row * TILE + 2 * column;
          const sum = (fine[at] ?? 0) + (fine[at + 1] ?? 0) + (fine[at + TILE] ?? 0) + (fine[at + TILE + 1] ?? 0);
          out[(down * (TILE / 2) + row) * TILE + right * (TILE / 2) + column] = (sum + 2) >> 2;
        }
      }
    }
    return out;
  };
  const one = (level: number, x: number, y: number): Promise<Uint8Array<ArrayBuffer>> => {
    const side = TILE * 2 ** level;
    if (x < 0 || y < 0 || x * side >= width || y * side >= height) return Promise.resolve(new Uint8Array(TILE * TILE));
    const key = `${level} ${x} ${y}`;
    const known = held.get(key);
    if (known !== undefined) return known;
    const made = level === 0 ? base(x, y) : quarter(level, x, y);
    const [oldest] = held.keys();
    if (held.size >= MAX_HELD && oldest !== undefined) held.delete(oldest);
    held.set(key, made);
    made.catch(() => held.delete(key));
    return made;
  };
  return { width, height, downsample, levels, tile: async (level, x, y) => (await one(level, x, y)).slice().buffer };
}
