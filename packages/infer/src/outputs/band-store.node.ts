/**
 * The finished bands of one slide on disk, so that interrupted work is taken up where it stood. A folder belongs to one plan
 * (slide, models, settings): whatever another left there is thrown away. A band that is not whole, and those after it, are computed again.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Raster, type Rect, raster } from '@ftuseg/core';
import { ioError, makeFolder, writeFileAtomic } from '@ftuseg/files';
import type { ColumnRuns } from '../level0/column-runs.js';
import type { Level0State } from '../level0/level0-thresholder.js';
import {
  type BackgroundColumn,
  type BandFile,
  openBandFile,
  type PartName,
  readPart,
  writeBandFile,
} from './band-file.node.js';

/** A band as it is kept: probabilities as 8-bit fixed point, 255 for 1. */
export interface StoredBand {
  /** First column of the plan's grid. */
  readonly left: number;
  /** H x columns x classes. */
  readonly probability: Raster;
  readonly agreement: Raster | undefined;
  /** See `ProbabilityBand`. */
  readonly spread?: Raster | undefined;
}

const planFile = 'plan.json';
const nameOf = (number: number): string => `band-${String(number).padStart(5, '0')}.bin`;

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

/** The bands from the left that are whole; the first that is not, and all after it, are removed. */
async function readBands(folder: string): Promise<BandFile[]> {
  const files: BandFile[] = [];
  const names = (await readdir(folder)).filter((name) => /^band-\d+\.bin$/.test(name));
  const known = new Set(names);
  for (let number = 0; known.has(nameOf(number)); number++) {
    const path = join(folder, nameOf(number));
    const found = await openBandFile(path);
    if (found === undefined) break;
    files.push(found);
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
      const header = {
        left: band.left,
        columns,
        height,
        classes,
        agreement: band.agreement !== undefined,
        spread: band.spread !== undefined,
        runs: { left: runs.left, columns: runs.counts.length, count: runs.starts.length },
        state: { gridRight: next.gridRight, column: next.column },
        unreadable,
        background,
      };
      const file = await writeBandFile(join(folder, nameOf(files.length)), header, {
        counts: runs.counts,
        starts: runs.starts,
        ends: runs.ends,
        peaks: runs.peaks,
        labels: runs.labels,
        edge: next.edge,
        probability: band.probability.data,
        agreement: band.agreement?.data ?? new Uint8Array(0),
        spread: band.spread?.data ?? new Uint8Array(0),
      });
      files.push(file);
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
        const { left, columns, height, classes, agreement, spread } = file.header;
        const read = async (name: PartName): Promise<Raster> =>
          raster(columns, height, classes, new Uint8Array(await readPart(file, name)));
        const probability = await read('probability');
        yield {
          left,
          probability,
          agreement: agreement ? await read('agreement') : undefined,
          spread: spread ? await read('spread') : undefined,
        };
      }
    },
    discard: async () => {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const floats = (bytes: ArrayBuffer): Float32Array => new Float32Array(bytes);
