import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Raster } from '@ftuseg/core';
import { afterAll, beforeAll } from 'vitest';
import {
  buildSlide,
  planes,
  runLengths,
  type SlideFile,
  SYNTAX,
  tilesOf,
} from '../../../tests/dicom/slide-builder.mjs';
import { describeFormat } from '../../../tests/format-suite.js';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-dicom-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const TILE = [16, 12] as const;

const written =
  (more: Partial<SlideFile>, frame: (tile: Uint8Array) => SlideFile['frameData'][number] = (tile) => tile) =>
  async ({ width, height, ...picture }: Raster) => {
    const path = join(folder, `${++files}`, 'slide.dcm');
    const frameData = tilesOf({ width, height, ...picture }, ...TILE).map(frame);
    await mkdir(dirname(path));
    await writeFile(path, buildSlide({ width, height, tile: TILE, frameData, ...more }));
    return path;
  };

const rle = (tile: Uint8Array): Uint8Array => runLengths(planes(tile));
const halves = (tile: Uint8Array): Uint8Array[] => {
  const frame = rle(tile);
  return [frame.subarray(0, 100), frame.subarray(100)];
};

describeFormat('dicom', [
  { name: 'explicit', write: written({}) },
  { name: 'implicit, sequences of undefined length', write: written({ syntax: SYNTAX.implicit, isOpen: true }) },
  {
    name: 'planes',
    write: written({ planar: 1 }, (tile) => Uint8Array.from(planes(tile).flatMap((plane) => [...plane]))),
  },
  { name: 'run lengths, a basic table', write: written({ syntax: SYNTAX.rle, isOpen: true }, rle) },
  { name: 'run lengths, an extended table', write: written({ syntax: SYNTAX.rle, table: 'extended' }, rle) },
  { name: 'run lengths without a table', write: written({ syntax: SYNTAX.rle, table: 'none' }, rle) },
  { name: 'frames of two items', write: written({ syntax: SYNTAX.rle }, halves) },
  { name: 'frames in items without compression', write: written({ syntax: SYNTAX.encapsulated }) },
]);
