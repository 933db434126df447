/**
 * The finished bands of one slide, so that interrupted work is taken up where it stood. A store belongs to one plan
 * (slide, models, settings): whatever another left there is thrown away. A band that is not whole, and those after it, are computed again.
 */
import { type Raster, type Rect, raster } from '@ftuseg/core';
import { type FileStore, readText, writeText } from '../file-store/file-store.js';
import type { ColumnRuns } from '../level0/column-runs.js';
import type { Level0State } from '../level0/level0-thresholder.js';
import { type BackgroundColumn, type BandFile, openBandFile, readParts, writeBandFile } from './band-file.js';

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

/** Holds the fingerprint. */
export const planFile = 'plan.json';
export const BAND_NAME = /^band-\d+\.bin$/;
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
}

/** The fingerprint that the bands in a store belong to; undefined where there are none. */
export const fingerprintIn = (store: FileStore): Promise<string | undefined> => readText(store, planFile);

/** Names of the files that hold bands, whole or not. */
export const bandNames = async (store: FileStore): Promise<string[]> =>
  (await store.names()).filter((name) => BAND_NAME.test(name));

/** The bands from the left that are whole. */
export async function wholeBands(store: FileStore): Promise<BandFile[]> {
  const files: BandFile[] = [];
  const known = new Set(await bandNames(store));
  for (let number = 0; known.has(nameOf(number)); number++) {
    const found = await openBandFile(store, nameOf(number));
    if (found === undefined) break;
    files.push(found);
  }
  return files;
}

/**
 * The bands of a store; the first that is not whole, and all after it, are removed.
 * @param fingerprint all that the bands depend on; those of another one are removed
 * @throws {FtuError} `io` when the store cannot be used
 */
export async function openBandStore(store: FileStore, fingerprint: string): Promise<BandStore> {
  if ((await fingerprintIn(store)) !== fingerprint) {
    await store.remove(planFile);
    for (const name of await bandNames(store)) await store.remove(name);
    await writeText(store, planFile, [fingerprint]);
  }
  const files = await wholeBands(store);
  const whole = new Set(files.map(({ name }) => name));
  for (const name of await bandNames(store)) if (!whole.has(name)) await store.remove(name);
  const last = files.at(-1);
  let state: Level0State | undefined;
  if (last !== undefined) {
    const { edge } = await readParts(store, last, 'edge');
    state = { ...last.header.state, edge: new Float32Array(edge) };
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
      const file = await writeBandFile(store, nameOf(files.length), header, {
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
          const parts = await readParts(store, file, 'counts', 'starts', 'ends', 'peaks', 'labels');
          return {
            left: file.header.runs.left,
            counts: new Uint32Array(parts.counts),
            starts: new Int32Array(parts.starts),
            ends: new Int32Array(parts.ends),
            labels: new Uint8Array(parts.labels),
            peaks: new Float32Array(parts.peaks),
          };
        }),
      ),
    async *bands() {
      for (const file of files) {
        const { left, columns, height, classes, agreement, spread } = file.header;
        const parts = await readParts(store, file, 'probability', 'agreement', 'spread');
        const pixels = (bytes: ArrayBuffer): Raster => raster(columns, height, classes, new Uint8Array(bytes));
        yield {
          left,
          probability: pixels(parts.probability),
          agreement: agreement ? pixels(parts.agreement) : undefined,
          spread: spread ? pixels(parts.spread) : undefined,
        };
      }
    },
  };
}
