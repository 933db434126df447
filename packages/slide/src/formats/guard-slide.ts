/**
 * Makes a `Slide` of what a format can read, and keeps what every slide promises in one place: requests are checked, a signal is honoured before and
 * while reading, nothing is read after closing, and closing waits for what is being read.
 */
import { FtuError, type Raster } from '@ftuseg/core';
import type { Jpeg2000Tile, Slide, SlideRegion, SlideRows, SlideTile, StoredBlocks } from '../slide.js';
import { SlideError } from '../slide-error.js';
import { boundProperties, type Properties } from './properties/properties.js';
import { checkRegion, checkRows, checkTile, sizeOfRegion, windowOf } from './read-requests.js';

/** How a read is told to stop. */
export interface ReadOptions {
  readonly signal: AbortSignal | undefined;
  /** To be called between steps of long work. @throws when the read is cancelled or the slide closed */
  check(): void;
}

/** Rows whose window is given. */
export type WholeRows = SlideRows & { readonly left: number; readonly columns: number };

/** What a format brings. Requests that arrive here are sound. */
export interface SlideReader
  extends Omit<
    Slide,
    | 'readRegion'
    | 'readRows'
    | 'readJpegTile'
    | 'readJpeg2000Tile'
    | 'readAssociated'
    | 'readIccProfile'
    | 'readProperties'
    | 'countStored'
    | 'close'
  > {
  /** @param size of the result, pixels */
  readRegion(
    region: SlideRegion,
    size: { readonly width: number; readonly height: number },
    options: ReadOptions,
  ): Promise<Raster>;
  readRows(rows: WholeRows, options: ReadOptions): Promise<Raster>;
  readJpegTile?(tile: SlideTile, options: ReadOptions): Promise<Uint8Array | undefined>;
  readJpeg2000Tile?(tile: SlideTile, options: ReadOptions): Promise<Jpeg2000Tile | undefined>;
  /** A picture of `info.associated`, where there are any. */
  readAssociated?(name: string): Promise<Raster>;
  readIccProfile?(): Promise<Uint8Array | undefined>;
  /** Where the file has any, in any number. */
  readProperties?(options: ReadOptions): Promise<Properties>;
  countStored?(): Promise<readonly StoredBlocks[]>;
  /** Called once, when nothing is being read. */
  close(): Promise<void>;
}

/** @param subject for messages: a path, an address or a file's name */
export function guardSlide(reader: SlideReader, subject: string): Slide {
  const { width, height } = reader;
  const reading = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  const run = async <T>(work: (options: ReadOptions) => Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
    const check = (): void => {
      if (closing !== undefined) throw new SlideError('unavailable', 'the slide is closed', { subject });
      if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject });
    };
    check();
    const result = work({ signal, check });
    reading.add(result);
    try {
      return await result;
    } finally {
      reading.delete(result);
      // Whatever came out of a read that nobody wants any more, one sentence says why.
      check();
    }
  };

  const close = async (): Promise<void> => {
    await Promise.allSettled(reading);
    await reader.close();
  };

  const { readJpegTile, readJpeg2000Tile, readIccProfile, readProperties, countStored, ...rest } = reader;
  /** A reader of tiles that is asked only for tiles that there are. */
  const ofTiles =
    <T>(read: (tile: SlideTile, options: ReadOptions) => Promise<T>) =>
    (tile: SlideTile, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<T> =>
      run(async (options) => {
        checkTile(tile, reader.info.levels, subject);
        return read(tile, options);
      }, signal);
  return {
    ...rest,
    ...(readJpegTile === undefined ? {} : { readJpegTile: ofTiles(readJpegTile) }),
    ...(readJpeg2000Tile === undefined ? {} : { readJpeg2000Tile: ofTiles(readJpeg2000Tile) }),
    ...(readIccProfile === undefined ? {} : { readIccProfile: () => run(() => readIccProfile(), undefined) }),
    ...(countStored === undefined ? {} : { countStored: () => run(() => countStored(), undefined) }),
    readProperties: ({ signal } = {}) =>
      run(async (options) => boundProperties((await readProperties?.(options)) ?? []), signal),
    readRegion: (region, { signal } = {}) =>
      run(async (options) => {
        checkRegion(region, width, height, subject);
        return reader.readRegion(region, sizeOfRegion(region), options);
      }, signal),
    readRows: (rows, { signal } = {}) =>
      run(async (options) => {
        checkRows(rows, width, height, subject);
        return reader.readRows({ ...rows, ...windowOf(rows) }, options);
      }, signal),
    readAssociated: (name) =>
      run(async () => {
        const picture = reader.info.associated.includes(name) ? reader.readAssociated?.(name) : undefined;
        if (picture !== undefined) return picture;
        throw new SlideError('bad-input', `the slide has no picture "${name}"`, {
          subject,
          hint: `it has: ${reader.info.associated.join(', ') || 'none'}`,
        });
      }, undefined),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
