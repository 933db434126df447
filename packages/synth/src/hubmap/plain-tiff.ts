/**
 * TIFFs without tiles or levels, in the layouts that HuBMAP's competition files have: readers that expect a pyramid, or three
 * samples side by side, fail on them, so synthetic ones have to exist.
 */
import type { FileHandle } from 'node:fs/promises';
import type { Raster } from '@ftuseg/core';
import { writeAtomically } from '@ftuseg/files';
import { encodeLzw } from './lzw-encode.js';

/**
 * `interleaved`: H x W x 3. `planes`: 3 x H x W in one page. `pages`: 3 x H x W as three grey pages. `lzw`: H x W x 3, compressed.
 * All are little-endian strips.
 */
export const tiffLayouts = ['interleaved', 'planes', 'pages', 'lzw'] as const;
export type TiffLayout = (typeof tiffLayouts)[number];

const ROWS_PER_STRIP = 32;
const HEADER = 8;
const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;

interface Entry {
  readonly tag: number;
  readonly type: number;
  /** A rational is two values. */
  readonly values: readonly number[];
}

/** A directory and what its entries point at, as it lies at `offset`. */
function directory(entries: readonly Entry[], offset: number, isLast: boolean): Buffer {
  const bytesOf = ({ type, values }: Entry): number => values.length * (type === SHORT ? 2 : 4);
  const fixed = 2 + entries.length * 12 + 4;
  const total = entries.reduce((sum, one) => sum + (bytesOf(one) > 4 ? bytesOf(one) : 0), fixed);
  const out = Buffer.alloc(total + (total % 2));
  out.writeUInt16LE(entries.length);
  let spill = fixed;
  for (const [i, entry] of entries.entries()) {
    const { tag, type, values } = entry;
    const at = 2 + i * 12;
    out.writeUInt16LE(tag, at);
    out.writeUInt16LE(type, at + 2);
    out.writeUInt32LE(type === RATIONAL ? values.length / 2 : values.length, at + 4);
    const inside = bytesOf(entry) <= 4;
    if (!inside) out.writeUInt32LE(offset + spill, at + 8);
    let to = inside ? at + 8 : spill;
    for (const value of values) to = type === SHORT ? out.writeUInt16LE(value, to) : out.writeUInt32LE(value, to);
    if (!inside) spill = to;
  }
  out.writeUInt32LE(isLast ? 0 : offset + out.length, fixed - 4);
  return out;
}

/** One plane of an interleaved raster. */
function planeOf({ width, height, channels, data }: Raster, channel: number): Uint8Array {
  const plane = new Uint8Array(width * height);
  for (let i = 0; i < plane.length; i++) plane[i] = data[i * channels + channel] as number;
  return plane;
}

/** Pages of planes of samples. */
function pagesOf(image: Raster, layout: TiffLayout): Uint8Array[][] {
  if (layout === 'planes') return [[0, 1, 2].map((c) => planeOf(image, c))];
  if (layout === 'pages') return [0, 1, 2].map((c) => [planeOf(image, c)]);
  return [[image.data]];
}

async function writeStrips(
  file: FileHandle,
  planes: readonly Uint8Array[],
  rowBytes: number,
  start: number,
  compress: boolean,
): Promise<{ offsets: number[]; counts: number[]; end: number }> {
  const offsets: number[] = [];
  const counts: number[] = [];
  let end = start;
  for (const plane of planes) {
    for (let at = 0; at < plane.length; at += ROWS_PER_STRIP * rowBytes) {
      const strip = plane.subarray(at, at + ROWS_PER_STRIP * rowBytes);
      const stored = compress ? encodeLzw(strip) : strip;
      await file.writeFile(stored);
      offsets.push(end);
      counts.push(stored.length);
      end += stored.length;
    }
  }
  if (end % 2 === 1) {
    await file.writeFile(new Uint8Array(1));
    end++;
  }
  return { offsets, counts, end };
}

/**
 * @param image RGB, below 4 GB
 * @param micronsPerPixel goes into the resolution tags; undefined: the file does not state its scale, as the competition's do not
 * @throws FtuError `io` as `writeAtomically`
 */
export async function writePlainTiff(
  path: string,
  image: Raster,
  layout: TiffLayout,
  micronsPerPixel?: number,
): Promise<void> {
  const { width, height } = image;
  const compress = layout === 'lzw';
  const samples = layout === 'pages' ? 1 : 3;
  const rowBytes = layout === 'interleaved' || compress ? width * 3 : width;
  const density = micronsPerPixel === undefined ? undefined : Math.round(1e8 / micronsPerPixel);
  const pages = pagesOf(image, layout);
  await writeAtomically(path, async (file) => {
    // Strips come first, so that nothing has to be known before it is written; the first directory's place is filled in last.
    await file.writeFile(new Uint8Array(HEADER));
    let end = HEADER;
    const strips: { offsets: number[]; counts: number[] }[] = [];
    for (const planes of pages) {
      const written = await writeStrips(file, planes, rowBytes, end, compress);
      strips.push(written);
      end = written.end;
    }
    const first = end;
    for (const [i, { offsets, counts }] of strips.entries()) {
      const entries: Entry[] = [
        { tag: 256, type: LONG, values: [width] },
        { tag: 257, type: LONG, values: [height] },
        { tag: 258, type: SHORT, values: Array<number>(samples).fill(8) },
        { tag: 259, type: SHORT, values: [compress ? 5 : 1] },
        { tag: 262, type: SHORT, values: [samples === 1 ? 1 : 2] },
        { tag: 273, type: LONG, values: offsets },
        { tag: 277, type: SHORT, values: [samples] },
        { tag: 278, type: LONG, values: [ROWS_PER_STRIP] },
        { tag: 279, type: LONG, values: counts },
        ...(density === undefined
          ? []
          : [
              { tag: 282, type: RATIONAL, values: [density, 10_000] },
              { tag: 283, type: RATIONAL, values: [density, 10_000] },
            ]),
        { tag: 284, type: SHORT, values: [layout === 'planes' ? 2 : 1] },
        ...(density === undefined ? [] : [{ tag: 296, type: SHORT, values: [3] }]),
      ];
      const bytes = directory(entries, end, i === strips.length - 1);
      await file.writeFile(bytes);
      end += bytes.length;
    }
    const header = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
    header.writeUInt32LE(first, 4);
    await file.write(header, 0, HEADER, 0);
  });
}
