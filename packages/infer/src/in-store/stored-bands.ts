/** Finished bands of a slide in a store, so that interrupted work is taken up where it stood: a header, parts one after another, a checksum. */
import { crc32c, type Raster, type Rect, raster } from '@ftuseg/core';
import { z } from 'zod';
import type { ColumnRuns } from '../level0/column-runs.js';
import type { Level0State } from '../level0/level0-thresholder.js';
import type { FileStore } from './file-store.js';

const count = z.int().min(0);
const rect = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const headerSchema = z.object({
  fingerprint: z.string(),
  left: count,
  columns: count,
  height: count,
  classes: count,
  agreement: z.boolean(),
  runs: z.object({ left: count, columns: count, count }),
  state: z.object({ gridRight: count, column: count }),
  unreadable: z.array(rect),
  /** By member and column of its tiles. */
  background: z.array(z.tuple([count, count, count])),
});
type Header = z.output<typeof headerSchema>;

type PartName = 'counts' | 'starts' | 'ends' | 'peaks' | 'edge' | 'labels' | 'probability' | 'agreement';

function partsOf({ columns, height, classes, agreement, runs }: Header): readonly (readonly [PartName, number])[] {
  const pixels = columns * height * classes;
  return [
    ['counts', runs.columns * 4],
    ['starts', runs.count * 4],
    ['ends', runs.count * 4],
    ['peaks', runs.count * 4],
    ['edge', height * classes * 4],
    ['labels', runs.count],
    ['probability', pixels],
    ['agreement', agreement ? pixels : 0],
  ];
}

/** Multiples of four octets begin there, so that numbers can be read in place. */
const LENGTH = 4;
const SUM = 4;
const nameOf = (number: number): string => `band-${String(number).padStart(5, '0')}.bin`;
const isBand = (name: string): boolean => /^band-\d+\.bin$/.test(name);

const octets = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export interface NewBand {
  readonly left: number;
  /** H x columns x classes, 255 for 1. */
  readonly probability: Raster;
  readonly agreement: Raster | undefined;
  readonly runs: ColumnRuns;
  readonly state: Level0State;
  readonly unreadable: readonly Rect[];
  readonly background: readonly (readonly [member: number, column: number, tiles: number])[];
}

interface KnownBand {
  readonly name: string;
  readonly header: Header;
  /** Where the parts begin. */
  readonly at: number;
}

/** @returns undefined for a band that is cut off, changed, or of another plan */
async function readHeader(store: FileStore, name: string, fingerprint: string): Promise<KnownBand | undefined> {
  const bytes = await store.read(name);
  if (bytes === undefined || bytes.length < LENGTH + SUM) return undefined;
  const view = new DataView(bytes.buffer);
  const end = bytes.length - SUM;
  if (view.getUint32(end, true) !== crc32c(bytes.subarray(0, end))) return undefined;
  const length = view.getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(LENGTH, LENGTH + length));
  const header = headerSchema.safeParse(JSON.parse(text)).data;
  return header?.fingerprint === fingerprint ? { name, header, at: LENGTH + length } : undefined;
}

export class StoredBands {
  readonly #store: FileStore;
  readonly #fingerprint: string;
  readonly #bands: KnownBand[];
  #state: Level0State | undefined;

  private constructor(store: FileStore, fingerprint: string, bands: KnownBand[]) {
    this.#store = store;
    this.#fingerprint = fingerprint;
    this.#bands = bands;
  }

  /** The bands from the left that are whole; others are removed. */
  static async open(store: FileStore, fingerprint: string): Promise<StoredBands> {
    const names = (await store.names()).filter(isBand);
    const bands: KnownBand[] = [];
    for (;;) {
      const name = nameOf(bands.length);
      const found = names.includes(name) ? await readHeader(store, name, fingerprint) : undefined;
      if (found === undefined) break;
      bands.push(found);
    }
    for (const name of names) if (!bands.some((band) => band.name === name)) await store.remove(name);
    const opened = new StoredBands(store, fingerprint, bands);
    const last = bands.at(-1);
    if (last !== undefined) {
      opened.#state = { ...last.header.state, edge: new Float32Array(await opened.#part(last, 'edge')) };
    }
    return opened;
  }

  get state(): Level0State | undefined {
    return this.#state;
  }

  get headers(): readonly Header[] {
    return this.#bands.map(({ header }) => header);
  }

  async append(band: NewBand): Promise<void> {
    const { probability, agreement, runs, state } = band;
    const plain: Header = {
      fingerprint: this.#fingerprint,
      left: band.left,
      columns: probability.width,
      height: probability.height,
      classes: probability.channels,
      agreement: agreement !== undefined,
      runs: { left: runs.left, columns: runs.counts.length, count: runs.starts.length },
      state: { gridRight: state.gridRight, column: state.column },
      unreadable: [...band.unreadable],
      background: band.background.map(([member, column, tiles]) => [member, column, tiles]),
    };
    const text = JSON.stringify(plain);
    const head = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 4) * 4));
    const values: Readonly<Record<PartName, ArrayBufferView>> = {
      counts: runs.counts,
      starts: runs.starts,
      ends: runs.ends,
      peaks: runs.peaks,
      labels: runs.labels,
      edge: state.edge,
      probability: probability.data,
      agreement: agreement?.data ?? new Uint8Array(0),
    };
    const parts = [octets(Uint32Array.of(head.length)), head, ...partsOf(plain).map(([name]) => octets(values[name]))];
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, SUM));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    new DataView(bytes.buffer).setUint32(at, crc32c(bytes.subarray(0, at)), true);
    const name = nameOf(this.#bands.length);
    await this.#store.write(name, bytes);
    this.#bands.push({ name, header: plain, at: LENGTH + head.length });
    this.#state = state;
  }

  async #part({ name, header, at }: KnownBand, wanted: PartName): Promise<ArrayBuffer> {
    let offset = at;
    for (const [part, length] of partsOf(header)) {
      if (part === wanted) return (await this.#store.read(name, { offset, length }))?.buffer ?? new ArrayBuffer(0);
      offset += length;
    }
    return new ArrayBuffer(0);
  }

  runs(): Promise<ColumnRuns[]> {
    return Promise.all(
      this.#bands.map(async (band) => ({
        left: band.header.runs.left,
        counts: new Uint32Array(await this.#part(band, 'counts')),
        starts: new Int32Array(await this.#part(band, 'starts')),
        ends: new Int32Array(await this.#part(band, 'ends')),
        labels: new Uint8Array(await this.#part(band, 'labels')),
        peaks: new Float32Array(await this.#part(band, 'peaks')),
      })),
    );
  }

  /** From left to right, or those that have columns from `left` on and before `right`. */
  async *bands(
    left = 0,
    right = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<{ readonly left: number; readonly probability: Raster; readonly agreement: Raster | undefined }> {
    for (const band of this.#bands) {
      const { header } = band;
      if (header.left >= right || header.left + header.columns <= left) continue;
      const { columns, height, classes } = header;
      const read = async (name: PartName): Promise<Raster> =>
        raster(columns, height, classes, new Uint8Array(await this.#part(band, name)));
      yield {
        left: header.left,
        probability: await read('probability'),
        agreement: header.agreement ? await read('agreement') : undefined,
      };
    }
  }
}
