/**
 * The finished bands of one slide on disk, so that interrupted work is taken up where it stood. A folder belongs to one plan
 * (slide, models, settings): whatever another left there is thrown away. Every band ends with a checksum of all of it; one that does
 * not fit, and those after it, are computed again.
 */
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Raster, type Rect, raster } from '@ftuseg/core';
import { ioError, makeFolder, writeAtomically, writeFileAtomic } from '@ftuseg/files';
import type { ColumnRuns } from '../level0/column-runs.js';
import type { Level0State } from '../level0/level0-thresholder.js';

/** A band as it is kept: probabilities as 8-bit fixed point, 255 for 1. */
export interface StoredBand {
  /** First column of the plan's grid. */
  readonly left: number;
  /** H x columns x classes. */
  readonly probability: Raster;
  readonly agreement: Raster | undefined;
}

/** Tiles of background in a column of tiles of one of the plan's members. */
export interface BackgroundColumn {
  readonly member: number;
  readonly column: number;
  readonly tiles: number;
}

interface Header {
  readonly left: number;
  readonly columns: number;
  readonly height: number;
  readonly classes: number;
  readonly agreement: boolean;
  /** Of the runs: first level-0 column, columns, runs. */
  readonly runs: { readonly left: number; readonly columns: number; readonly count: number };
  readonly state: { readonly gridRight: number; readonly column: number };
  readonly unreadable: readonly Rect[];
  readonly background?: readonly BackgroundColumn[];
}

/** The parts of a file in order, with their bytes. */
function partsOf({ columns, height, classes, agreement, runs }: Header) {
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
  ] as const;
}

type PartName = ReturnType<typeof partsOf>[number][0];

const HEADER_BYTES = 8;
/** CRC-32 of all before it. */
const CHECKSUM_BYTES = 4;
const planFile = 'plan.json';
const nameOf = (number: number): string => `band-${String(number).padStart(5, '0')}.bin`;
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export interface BandStore {
  /** Where the next band begins; undefined when there is none yet. */
  readonly state: Level0State | undefined;
  /** What could not be decoded so far, level-0 pixels. */
  readonly unreadable: readonly Rect[];
  /** What was taken for background so far; a column can be there twice. */
  readonly background: readonly BackgroundColumn[];
  /** Keeps one more band; when the promise settles it is on disk. */
  append(
    band: StoredBand,
    runs: ColumnRuns,
    state: Level0State,
    unreadable: readonly Rect[],
    background?: readonly BackgroundColumn[],
  ): Promise<void>;
  /** Runs of all bands, from left to right. */
  runs(): Promise<ColumnRuns[]>;
  /** All bands, from left to right. */
  bands(): AsyncGenerator<StoredBand, void, undefined>;
  /** Removes the folder. */
  discard(): Promise<void>;
}

/** The fingerprint that the bands in a folder belong to; undefined for a folder without any. */
export const fingerprintIn = (folder: string): Promise<string | undefined> =>
  readFile(join(folder, planFile), 'utf8').catch(() => undefined);

interface BandFile {
  readonly path: string;
  readonly header: Header;
  readonly dataAt: number;
}

/** The bands from the left that are whole; the first that is not, and all after it, are removed. */
async function readBands(folder: string): Promise<BandFile[]> {
  const files: BandFile[] = [];
  const names = (await readdir(folder)).filter((name) => /^band-\d+\.bin$/.test(name));
  const known = new Set(names);
  for (let number = 0; known.has(nameOf(number)); number++) {
    const path = join(folder, nameOf(number));
    const found = await readHeader(path);
    if (found === undefined) break;
    files.push({ path, ...found });
  }
  const whole = new Set(files.map(({ path }) => path));
  for (const name of names) if (!whole.has(join(folder, name))) await rm(join(folder, name), { force: true });
  return files;
}

/**
 * @param fingerprint all that the bands depend on; those of another one are removed
 * @throws {FtuError} `io` when the folder cannot be used
 */
export async function openBandStore(folder: string, fingerprint: string): Promise<BandStore> {
  if ((await fingerprintIn(folder)) !== fingerprint) {
    await rm(folder, { recursive: true, force: true }).catch((cause: unknown) => {
      throw ioError(cause, folder, 'be emptied');
    });
    await makeFolder(folder);
    await writeFileAtomic(join(folder, planFile), fingerprint);
  }
  const files = await readBands(folder).catch((cause: unknown) => {
    throw ioError(cause, folder, 'be read');
  });
  const last = files.at(-1);
  let state: Level0State | undefined;
  if (last !== undefined) {
    const edge = floats(await readPart(last, 'edge'));
    state = { ...last.header.state, edge };
  }
  return {
    get state() {
      return state;
    },
    get unreadable() {
      return files.flatMap(({ header }) => header.unreadable);
    },
    get background() {
      return files.flatMap(({ header }) => header.background ?? []);
    },
    append: async (band, runs, next, unreadable, background = []) => {
      const { width: columns, height, channels: classes } = band.probability;
      const header: Header = {
        left: band.left,
        columns,
        height,
        classes,
        agreement: band.agreement !== undefined,
        runs: { left: runs.left, columns: runs.counts.length, count: runs.starts.length },
        state: { gridRight: next.gridRight, column: next.column },
        unreadable,
        background,
      };
      const path = join(folder, nameOf(files.length));
      const values: Record<PartName, ArrayBufferView> = {
        counts: runs.counts,
        starts: runs.starts,
        ends: runs.ends,
        peaks: runs.peaks,
        labels: runs.labels,
        edge: next.edge,
        probability: band.probability.data,
        agreement: band.agreement?.data ?? new Uint8Array(0),
      };
      const text = Buffer.from(JSON.stringify(header));
      const length = Buffer.alloc(HEADER_BYTES);
      length.writeDoubleLE(text.length);
      await writeAtomically(path, async (file) => {
        let checksum = 0;
        for (const part of [length, text, ...partsOf(header).map(([name]) => bytesOf(values[name]))]) {
          // zlib takes the address of an empty array for a request to begin anew.
          if (part.length === 0) continue;
          checksum = crc32(part, checksum);
          await file.writeFile(part);
        }
        await file.writeFile(bytesOf(Uint32Array.of(checksum)));
      });
      files.push({ path, header, dataAt: HEADER_BYTES + text.length });
      state = next;
    },
    runs: () =>
      Promise.all(
        files.map(async (file) => {
          const ints = async (name: PartName): Promise<Int32Array> => new Int32Array(await readPart(file, name));
          return {
            left: file.header.runs.left,
            counts: new Uint32Array(await readPart(file, 'counts')),
            starts: await ints('starts'),
            ends: await ints('ends'),
            labels: new Uint8Array(await readPart(file, 'labels')),
            peaks: floats(await readPart(file, 'peaks')),
          };
        }),
      ),
    async *bands() {
      for (const file of files) {
        const { left, columns, height, classes, agreement } = file.header;
        const read = async (name: PartName): Promise<Raster> =>
          raster(columns, height, classes, new Uint8Array(await readPart(file, name)));
        const probability = await read('probability');
        yield { left, probability, agreement: agreement ? await read('agreement') : undefined };
      }
    },
    discard: async () => {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const floats = (bytes: ArrayBuffer): Float32Array => new Float32Array(bytes);

/** Bytes of a band that are in memory while it is checked. */
const CHECKED_BYTES = 1 << 22;

/** @returns undefined for a band that is cut off or changed */
async function readHeader(path: string): Promise<Omit<BandFile, 'path'> | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const end = size - CHECKSUM_BYTES;
    if (end < HEADER_BYTES) return undefined;
    let checksum = 0;
    for (let at = 0; at < end; at += CHECKED_BYTES) {
      const part = Buffer.alloc(Math.min(CHECKED_BYTES, end - at));
      await file.read(part, 0, part.length, at);
      checksum = crc32(part, checksum);
    }
    const last = new Uint32Array(1);
    await file.read(last, 0, CHECKSUM_BYTES, end);
    if (last[0] !== checksum) return undefined;
    const start = Buffer.alloc(HEADER_BYTES);
    await file.read(start, 0, HEADER_BYTES, 0);
    const text = Buffer.alloc(start.readDoubleLE());
    await file.read(text, 0, text.length, HEADER_BYTES);
    return { header: JSON.parse(text.toString()), dataAt: HEADER_BYTES + text.length };
  } finally {
    await file.close();
  }
}

async function readPart({ path, header, dataAt }: BandFile, wanted: PartName): Promise<ArrayBuffer> {
  let at = dataAt;
  for (const [name, bytes] of partsOf(header)) {
    if (name === wanted) {
      const out = new ArrayBuffer(bytes);
      const file = await open(path);
      try {
        await file.read(new Uint8Array(out), 0, bytes, at);
      } finally {
        await file.close();
      }
      return out;
    }
    at += bytes;
  }
  throw new RangeError(`there is no part ${wanted}`);
}
