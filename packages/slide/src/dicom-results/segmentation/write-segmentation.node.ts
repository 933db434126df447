/**
 * Writes a mask as a DICOM segmentation of its slide: a bit for each pixel of level 0, tiles that hold nothing left out. Memory holds runs, the list of
 * tiles and a column of them, never the slide. Source: PS3.3, A.51; PS3.5, 8.1.1.
 */
import type { RunMask } from '@ftuseg/core';
import { header } from '../../dicom-out/elements.js';
import { SlideError } from '../../slide-error.js';
import { type ResultSeries, resultInstance } from '../result-elements.js';
import { type ResultFile, writeResultFile } from '../result-file.node.js';
import { SEGMENTATION } from '../sop-classes.js';
import { FRAME_BYTES, framesOfColumn, type SegmentTiles, segmentTiles, TILE } from './segment-tiles.js';
import { frameGroups, segmentationElements } from './segmentation-elements.js';

/** Lengths of pixel data have 32 bits, and are even. */
const MAX_PIXEL_BYTES = 2 ** 32 - 2;

export interface WrittenSegmentation {
  /** Tiles of 256 x 256 pixels, of all classes, that are in the file. */
  readonly frames: number;
  /** Tiles that were left out because they are empty. */
  readonly leftOut: number;
}

/**
 * @param mask level-0 labels, 1 for the first class
 * @throws {SlideError} `bad-input` for a mask of another size than the slide's, `unsupported` for more than 4 GiB of frames; FtuError `io`, `cancelled`
 * @example
 * await writeSegmentation('scan-1.seg.dcm', mask, { source: await readDicomSource('scan-1'), classes, algorithm });
 */
export async function writeSegmentation(
  path: string,
  mask: RunMask,
  series: ResultSeries,
  signal?: AbortSignal,
): Promise<WrittenSegmentation> {
  checkSize(mask, series);
  const tiles = segmentTiles(mask, series.classes.length);
  const frames = tiles.tiles.length;
  const bytes = frames * FRAME_BYTES;
  if (bytes > MAX_PIXEL_BYTES) {
    throw new SlideError('unsupported', `the segmentation has ${frames} tiles, more than fit into one DICOM file`, {
      subject: path,
      hint: 'predict regions of the slide, or take the mask as TIFF',
    });
  }
  const instance = resultInstance(series, SEGMENTATION);
  const rows = ranksOf(tiles.tiles.map(({ row }) => row));
  const columns = ranksOf(tiles.tiles.map(({ column }) => column));
  const write = async (file: ResultFile): Promise<void> => {
    await file.beginSequence(0x52009230);
    for (const tile of tiles.tiles) {
      const ranks = { row: rows.get(tile.row) ?? 0, column: columns.get(tile.column) ?? 0 };
      await file.item(frameGroups(instance, tile, ranks));
    }
    await file.endSequence();
    await file.write(header(0x7fe00010, 'OB', bytes));
    await writeFrames(file, await file.flush(), mask, tiles);
  };
  await writeResultFile(path, instance, segmentationElements(instance, frames), write, signal);
  return { frames, leftOut: tiles.possible - frames };
}

/** @throws {SlideError} `bad-input` */
function checkSize({ width, height }: RunMask, { source }: ResultSeries): void {
  const { place, name } = source;
  if (place.width === width && place.height === height) return;
  const problem = `the mask is ${width} x ${height}, the slide ${place.width} x ${place.height}`;
  throw new SlideError('bad-input', problem, { subject: name, hint: 'predict this slide again' });
}

/** Values in order, each with its place from 1. */
const ranksOf = (values: readonly number[]): ReadonlyMap<number, number> =>
  new Map([...new Set(values)].sort((a, b) => a - b).map((value, i) => [value, i + 1]));

/** @param start of the first frame in the file */
async function writeFrames(file: ResultFile, start: number, mask: RunMask, tiles: SegmentTiles): Promise<void> {
  const across = Math.ceil(mask.width / TILE);
  let written = 0;
  for (let column = 0; column < across; column++) {
    for (const { first, bits } of framesOfColumn(mask, tiles, column)) {
      await file.writeAt(start + first * FRAME_BYTES, bits);
      written += bits.length;
    }
  }
  // The one frame of an empty mask.
  if (written === 0) await file.writeAt(start, new Uint8Array(FRAME_BYTES));
}
