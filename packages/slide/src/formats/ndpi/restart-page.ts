/**
 * A level that is one JPEG as a page of tiles. A tile is a few restart intervals that lie below each other, behind a header of their own. Chroma is
 * interpolated inside a tile only, as OpenSlide does; a decoder of the whole JPEG would look across the borders.
 */
import { concatBytes } from '@ftuseg/core';
import { SlideError } from '../../slide-error.js';
import type { BlockRows, TiffPage } from '../tiff/page.js';
import { type Directory, damaged, type TiffFile } from '../tiff/structure/file.js';
import { type JpegHeader, parseJpegHeader } from './jpeg-header.js';
import { RestartIntervals } from './restart-intervals.js';
import { statedStarts } from './stated-starts.js';

/** What libjpeg takes; the format itself has 65,535. */
export const MAX_JPEG_SIDE = 65_500;
/** Headers hold tables, and in some files a remark. */
const FIRST_BYTES = 4096;
const MAX_HEADER_BYTES = 1 << 20;
/** Tiles that are put together have about as many pixels, and no more rows. */
const TILE_PIXELS = 1 << 17;
const MAX_TILE_ROWS = 512;
/** The bytes of 64 coefficients with the longest codes, every second one stuffed. */
const MAX_BLOCK_BYTES = 512;
/** A block takes two bits at least, and a marker two bytes. */
const MARKER_BYTES = 2;

/**
 * @param tagged the level as its tags describe it: one strip
 * @returns the page in tiles; the same page where it is no JPEG of restart intervals, and is decoded whole
 * @throws {SlideError} `bad-input` for a JPEG that is damaged or not of the level's size, `unsupported` for one that is too large to be decoded whole
 */
export async function restartPage(file: TiffFile, directory: Directory, tagged: TiffPage): Promise<TiffPage> {
  if (tagged.codec.name !== 'jpeg' || tagged.blocks !== 'strips' || tagged.down > 1) return tagged;
  const { source } = file;
  const { offset, bytes } = await tagged.index.locate(0);
  const fail = (problem: string): SlideError => damaged(file, tagged.name, problem);
  if (bytes === 0) throw fail('it has no samples');
  const header = await readHeader(file, tagged.name, offset, bytes);
  // What a decoder takes the JPEG's components for, whatever the tag says; other readers do not look at it.
  const page: TiffPage = tagged.samples === 3 ? { ...tagged, photometric: header.colours } : tagged;
  const { width, height } = page;
  const isLarge = width > MAX_JPEG_SIDE || height > MAX_JPEG_SIDE;
  if (!isLarge && (header.width !== width || header.height !== height)) {
    throw fail(`its JPEG has ${header.width} x ${header.height} pixels where the tags say ${width} x ${height}`);
  }
  if (header.components !== page.samples) {
    throw fail(`its JPEG has ${header.components} components where the tags say ${page.samples}`);
  }
  const grid = gridOf(header, page);
  if (grid === undefined) {
    if (!isLarge) return page;
    throw new SlideError(
      'unsupported',
      `${page.name}: a JPEG of ${width} x ${height} pixels without restart intervals that divide its rows cannot be decoded`,
      { subject: source.name, hint: 'export it again, or as TIFF' },
    );
  }
  const { across, down, intervalRows, tileIntervals } = grid;
  const count = across * down;
  if (count * MARKER_BYTES > bytes - header.length) {
    throw fail(`its JPEG of ${bytes} bytes is too short for ${count} restart intervals`);
  }
  const from = offset + header.length;
  const intervals = new RestartIntervals({
    source,
    from,
    to: offset + bytes,
    count,
    maxBytes: header.interval * header.unitBlocks * MAX_BLOCK_BYTES + MARKER_BYTES,
    stated: statedStarts(file, directory, offset, count),
    damaged: fail,
  });
  const blockWidth = across === 1 ? width : header.interval * header.unitWidth;
  const blockHeight = intervalRows * tileIntervals;
  const tilesDown = Math.ceil(height / blockHeight);
  const readRows = async (
    column: number,
    row: number,
    wanted: { readonly first: number; readonly count: number },
    signal: AbortSignal | undefined,
  ): Promise<BlockRows> => {
    const top = row * tileIntervals;
    const begin = Math.floor(wanted.first / intervalRows);
    const end = Math.min(Math.ceil((wanted.first + wanted.count) / intervalRows), tileIntervals, down - top);
    const below = Array.from({ length: end - begin }, (_, i) => (top + begin + i) * across + column);
    const pieces = await intervals.read(below, signal);
    const first = begin * intervalRows;
    const count = Math.min(end * intervalRows, height - row * blockHeight) - first;
    const parts = pieces.flatMap((piece, i) => [piece, [0xff, i + 1 < pieces.length ? 0xd0 + (i & 7) : 0xd9]]);
    const data = concatBytes([header.of(Math.min(blockWidth, width - column * blockWidth), count), ...parts]);
    return { data, first, count };
  };
  return {
    ...page,
    blocks: 'tiles',
    cutTiles: true,
    blockWidth,
    blockHeight,
    across,
    down: tilesDown,
    index: {
      length: across * tilesDown,
      locate: async (index) => {
        const [column, row] = [index % across, Math.floor(index / across)];
        return {
          offset: from,
          bytes: 1,
          read: async (signal) => (await readRows(column, row, { first: 0, count: blockHeight }, signal)).data,
          readRows: (first, count, signal) => readRows(column, row, { first, count }, signal),
        };
      },
    },
  };
}

async function readHeader(file: TiffFile, page: string, offset: number, bytes: number): Promise<JpegHeader> {
  for (let length = FIRST_BYTES; ; length *= 4) {
    const data = await file.source.read(offset, Math.min(length, bytes));
    let header: JpegHeader | undefined;
    try {
      header = parseJpegHeader(data);
    } catch (error) {
      throw damaged(file, page, error instanceof Error ? error.message : String(error));
    }
    if (header !== undefined) return header;
    if (length >= bytes || length >= MAX_HEADER_BYTES) throw damaged(file, page, 'its JPEG has no samples');
  }
}

interface Grid {
  /** Intervals side by side, and below each other. */
  readonly across: number;
  readonly down: number;
  /** Pixel rows of an interval. */
  readonly intervalRows: number;
  /** Intervals of a tile, which lie below each other. */
  readonly tileIntervals: number;
}

/** undefined where intervals are no rectangles, or are wider than a JPEG */
function gridOf(header: JpegHeader, { width, height }: TiffPage): Grid | undefined {
  const { interval, unitWidth, unitHeight, isSequential, sharesRows } = header;
  if (interval === 0 || !isSequential) return undefined;
  const unitsAcross = Math.ceil(width / unitWidth);
  const unitsDown = Math.ceil(height / unitHeight);
  const isPart = unitsAcross % interval === 0;
  if (!isPart && interval % unitsAcross !== 0) return undefined;
  const unitRows = isPart ? 1 : interval / unitsAcross;
  const intervalRows = unitRows * unitHeight;
  const columns = isPart && interval < unitsAcross ? interval * unitWidth : width;
  if (columns > MAX_JPEG_SIDE || Math.min(intervalRows, height) > MAX_JPEG_SIDE) return undefined;
  const wanted = Math.min(MAX_TILE_ROWS, TILE_PIXELS / columns) / intervalRows;
  return {
    across: isPart ? unitsAcross / interval : 1,
    down: Math.ceil(unitsDown / unitRows),
    intervalRows,
    // Rows that share chroma are decoded as OpenSlide decodes them: each interval by itself.
    tileIntervals: sharesRows ? 1 : Math.max(1, Math.floor(wanted)),
  };
}
