/**
 * One array of an OME-Zarr, a level of the picture or of labels, while it is written: strips of it become chunks of one channel each. With shards, the
 * chunks of one strip go together, so that no strip has to wait for another. Source: Zarr 2 and 3; the sharding codec of Zarr 3.
 */
import { concatBytes, FtuError } from '@ftuseg/core';
import { crc32c } from '../formats/zarr/array/crc32c.js';
import { deflated } from '../pyramid/deflate.node.js';
import { cutTile, type LevelShape, type Strip } from '../pyramid/level-writer.js';
import type { ZarrStore } from './store.node.js';

/** Chunks across in a shard. */
export const SHARD_COLUMNS = 16;
/** Tiles that are compressed at one time. */
const AT_ONCE = 16;
const ABSENT = 0xffff_ffff_ffff_ffffn;

export interface ArrayForm {
  readonly version: '0.4' | '0.5';
  readonly sharded: boolean;
}

export class ArrayWriter {
  /** Chunks that were written; those of zeros alone are left out. */
  chunks = 0;
  readonly #store: ZarrStore;
  readonly #path: string;
  readonly #form: ArrayForm;
  readonly #signal: AbortSignal | undefined;

  /** @param path of the array in the store */
  constructor(store: ZarrStore, path: string, form: ArrayForm, signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.#store = store;
    this.#path = path;
    this.#form = form;
  }

  /** @throws FtuError `cancelled`, `io`; nothing is being written then */
  async write(strip: Strip, shape: LevelShape): Promise<void> {
    const across = Math.ceil(shape.width / shape.tileSize);
    for (let first = 0; first < across; first += AT_ONCE) {
      if (this.#signal?.aborted) throw new FtuError('cancelled', 'stopped while writing OME-Zarr');
      const count = Math.min(AT_ONCE, across - first);
      const columns = await Promise.all(
        Array.from({ length: count }, (_, i) => this.#chunksOf(strip, first + i, shape)),
      );
      if (this.#form.sharded) await this.#putShard(strip.index, first / SHARD_COLUMNS, columns, shape.channels);
      else await this.#putChunks(strip.index, first, columns);
    }
  }

  /** A chunk for each channel of a tile; undefined for one of zeros, which is the fill value. */
  async #chunksOf(strip: Strip, column: number, shape: LevelShape): Promise<(Uint8Array | undefined)[]> {
    const { channels, tileSize } = shape;
    const pixels = cutTile(strip, column, shape);
    const count = tileSize * tileSize;
    const form = this.#form.version === '0.4' ? 'zlib' : 'gzip';
    return Promise.all(
      Array.from({ length: channels }, async (_, channel) => {
        const plane = channels === 1 ? pixels : new Uint8Array(count);
        if (channels > 1) for (let i = 0, at = channel; i < count; i++, at += channels) plane[i] = pixels[at] as number;
        return plane.every((value) => value === 0) ? undefined : deflated(plane, form);
      }),
    );
  }

  async #putChunks(row: number, first: number, columns: readonly (Uint8Array | undefined)[][]): Promise<void> {
    const names = this.#form.version === '0.4' ? this.#path : `${this.#path}/c`;
    const puts = columns.flatMap((chunks, i) =>
      chunks.map(async (chunk, channel) => {
        if (chunk === undefined) return;
        this.chunks++;
        await this.#store.put(`${names}/0/${channel}/0/${row}/${first + i}`, chunk);
      }),
    );
    // All of them end, also after a failure: the folder is removed then.
    for (const ended of await Promise.allSettled(puts)) if (ended.status === 'rejected') throw ended.reason;
  }

  /** Chunks in a row, then their places: offset and length of each, channel by channel, and the sum of these. */
  async #putShard(
    row: number,
    number: number,
    columns: readonly (Uint8Array | undefined)[][],
    channels: number,
  ): Promise<void> {
    const index = new DataView(new ArrayBuffer(channels * SHARD_COLUMNS * 16));
    const parts: Uint8Array[] = [];
    let end = 0;
    for (let channel = 0; channel < channels; channel++) {
      for (let column = 0; column < SHARD_COLUMNS; column++) {
        const chunk = columns[column]?.[channel];
        const at = (channel * SHARD_COLUMNS + column) * 16;
        index.setBigUint64(at, chunk === undefined ? ABSENT : BigInt(end), true);
        index.setBigUint64(at + 8, chunk === undefined ? ABSENT : BigInt(chunk.length), true);
        if (chunk === undefined) continue;
        parts.push(chunk);
        end += chunk.length;
        this.chunks++;
      }
    }
    if (parts.length === 0) return;
    const places = new Uint8Array(index.buffer);
    const sum = new DataView(new ArrayBuffer(4));
    sum.setUint32(0, crc32c(places), true);
    const shard = concatBytes([...parts, places, new Uint8Array(sum.buffer)]);
    await this.#store.put(`${this.#path}/c/0/0/0/${row}/${number}`, shard);
  }
}
