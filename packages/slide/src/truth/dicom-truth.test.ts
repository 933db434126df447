/** DICOM results that are read back as truth: what was written comes back, and only for the slide that it is of. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { paintRuns } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { cleanUp } from '../../tests/dicom/dicom-folder.js';
import { maskOf, seriesOf, sourceFolder } from '../../tests/dicom/result-files.js';
import type { SlideFile } from '../../tests/dicom/slide-builder.mjs';
import { parseClasses } from '../classes/classes.js';
import { readDicomSource } from '../dicom-results/dicom-source.node.js';
import { isDicomSegmentation } from '../dicom-results/reading/result-of-slide.node.js';
import { writeReport } from '../dicom-results/report/write-report.node.js';
import type { ResultObject } from '../dicom-results/result-object.js';
import { writeSegmentation } from '../dicom-results/segmentation/write-segmentation.node.js';
import { writeAnnotations } from '../dicom-results/write-annotations.node.js';
import { openTruth, readTruth } from './read-truth.js';

cleanUp();

const [width, height] = [700, 300];
const SIZED = { 4718598: ['UL', [width]], 4718599: ['UL', [height]] } as const;
const slideFolder = (changes = {}): Promise<string> =>
  sourceFolder({ ...SIZED, ...changes }, { tile: [width, height], frameData: [new Uint8Array(width * height * 3)] });
/** Over the borders of tiles, to the last pixel, and two labels in one tile. */
const mask = maskOf(width, height, [
  [250, 250, 10, 10, 1],
  [690, 290, 10, 10, 2],
  [100, 20, 3, 2, 2],
]);
const classes = parseClasses('normal=1,non-sclerotic glomerulus,normal;sclerotic=2,sclerotic glomerulus,sclerotic');
const rowOf = (image: string, labels: { mask: string } | { annotations: string }) => ({
  id: 'a',
  image,
  columns: {},
  ...labels,
});

/** Along the edges of pixels. */
const square = (label: number, left: number, top: number, side: number): ResultObject => ({
  id: `00000000-0000-0000-0000-00000000000${label}`,
  label,
  outline: Float64Array.of(left, top, left + side, top, left + side, top + side, left, top + side),
  area: side * side,
  diameter: side,
  probability: 1,
});
const squares = [square(1, 20, 30, 40), square(2, 650, 250, 50)];
const painted = maskOf(width, height, [
  [20, 30, 40, 40, 1],
  [650, 250, 50, 50, 2],
]);

async function written() {
  const folder = await slideFolder();
  const series = seriesOf(await readDicomSource(folder), ['normal', 'sclerotic']);
  // Not beside the slide: a folder of results is one of its own.
  const out = await sourceFolder();
  const [seg, ann, sr] = ['seg.dcm', 'ann.dcm', 'sr.dcm'].map((name) => join(out, name)) as [string, string, string];
  await writeSegmentation(seg, mask, series);
  await writeAnnotations(ann, squares, series);
  await writeReport(sr, squares, [1, 1], series);
  return { folder, seg, ann, sr };
}

const problemOf = (image: string, labels: { mask: string } | { annotations: string }): Promise<string> =>
  openTruth(rowOf(image, labels), { width, height }, classes).then(
    () => 'read',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe('a DICOM segmentation', () => {
  it('is the mask that was written', async () => {
    const { folder, seg, ann } = await written();
    const found = await readTruth(rowOf(folder, { mask: seg }), { width, height });
    expect(found).toEqual(paintRuns(mask, { x: 0, y: 0, width, height }));
    const grey = new URL('../../tests/fixtures/grey.png', import.meta.url).pathname;
    const kinds = await Promise.all([seg, ann, grey, `${seg}.none`].map(isDicomSegmentation));
    expect(kinds).toEqual([true, false, false, false]);
  });

  it.each([
    [
      'another series',
      { 2097166: ['UI', '1.2.3.777'] },
      /is of the series 1\.2\.3\.\S+, and the slide .* is the series 1\.2\.3\.777/,
    ],
    [
      'another frame of reference',
      { 2097234: ['UI', '1.2.3.888'] },
      /frame of reference is 1\.2\.3\.98, that of the slide .* is 1\.2\.3\.888/,
    ],
    ['another size', { 4718599: ['UL', [299]] }, /it is 700 x 300 pixels, the slide is 700 x 299/],
    ['another orientation', { 4718850: ['DS', '1\\0\\0\\0\\1\\0'] }, /lies turned on the glass/],
  ])('of a slide of %s is refused', async (_, changes, problem) => {
    const { seg } = await written();
    expect(await problemOf(await slideFolder(changes), { mask: seg })).toMatch(problem);
  });

  it('of a slide with other pixels is refused, and so is one of a slide that is no DICOM', async () => {
    const { seg } = await written();
    const other = await sourceFolder(SIZED, {
      tile: [width, height],
      frameData: [new Uint8Array(width * height * 3)],
      spacing: '0.001\\0.001',
    });
    expect(await problemOf(other, { mask: seg })).toMatch(
      /its pixels are 0\.0005 x 0\.0005 mm, those of the slide 0\.001/,
    );
    const picture = new URL('../../tests/fixtures/grey.png', import.meta.url).pathname;
    expect(await problemOf(picture, { mask: seg })).toMatch(
      /nothing says that it is that one: .*DICM.*give the DICOM slide/,
    );
  });
});

describe('a DICOM label map', () => {
  const tile = 256;
  const [across, down] = [Math.ceil(width / tile), Math.ceil(height / tile)];
  const labels = paintRuns(mask, { x: 0, y: 0, width, height });

  /** A tile of the mask, as numbers of 8 or 16 bits. */
  function frame(column: number, row: number, bits: number, background: number): Uint8Array {
    const numbers = Array.from({ length: tile * tile }, (_, i) => {
      const [x, y] = [column * tile + (i % tile), row * tile + Math.floor(i / tile)];
      return (x < width && y < height ? labels.data[y * width + x] : 0) || background;
    });
    return bits === 8 ? Uint8Array.from(numbers) : new Uint8Array(Uint16Array.from(numbers).buffer);
  }

  async function labelMap(
    bits: number,
    background: number,
    places: readonly (readonly [column: number, row: number])[],
    changes: SlideFile['changes'] = {},
  ): Promise<string> {
    const isWhole = places.length === across * down;
    const out = await sourceFolder(
      {
        524310: ['UI', '1.2.840.10008.5.1.4.1.1.66.7'],
        528661: ['SQ', [[[0x0020000e, 'UI', '1.2.3.100']]]],
        2621728: ['US', [background]],
        6422529: ['CS', 'LABELMAP'],
        6422530: ['SQ', [1, 2].map((number) => [[0x00620004, 'US', [number]]])],
        ...SIZED,
        ...changes,
      },
      {
        tile: [tile, tile],
        frameData: places.map(([column, row]) => frame(column, row, bits, background)),
        samples: 1,
        bits,
        photometric: 'MONOCHROME2',
        organization: isWhole ? 'TILED_FULL' : 'TILED_SPARSE',
        ...(isWhole
          ? {}
          : { positions: places.map(([column, row]) => ({ column: column * tile + 1, row: row * tile + 1 })) }),
      },
    );
    return join(out, 'a.dcm');
  }
  const all = Array.from({ length: across * down }, (_, i) => [i % across, Math.floor(i / across)] as const);
  const some = all.filter(([column, row]) => frame(column, row, 8, 0).some((value) => value !== 0)).toReversed();

  it.each([
    ['8 bits, every tile', 8, 0, all],
    ['16 bits, tiles with labels in any order', 16, 0, some],
    ['another background', 8, 255, all],
    ['a background beyond labels', 16, 65535, some],
  ])('is the mask that its numbers are: %s', async (_, bits, background, places) => {
    expect(some.length).toBeLessThan(all.length);
    const row = rowOf(await slideFolder(), { mask: await labelMap(bits, background, places) });
    expect(await readTruth(row, { width, height })).toEqual(labels);
  });

  it.each<[string, SlideFile['changes'], RegExp]>([
    ['a number of no segment', { 6422530: ['SQ', [[[0x00620004, 'US', [1]]]]] }, /of segment 2, which there is not/],
    ['a label 0', { 6422530: ['SQ', [[[0x00620004, 'US', [0]]]]] }, /segment 0 would be no label/],
    ['fractions', { 6422529: ['CS', 'FRACTIONAL'] }, /of kind FRACTIONAL with 8 bits/],
    ['another series', { 528661: ['SQ', [[[0x0020000e, 'UI', '1.2']]]] }, /is of the series 1\.2,/],
  ])('with %s is refused', async (_, changes, problem) => {
    const path = await labelMap(8, 255, all, changes);
    expect(await problemOf(await slideFolder(), { mask: path })).toMatch(problem);
  });
});

describe('DICOM outlines', () => {
  it.each(['ann', 'sr'] as const)('are the objects that were written, by their classes: %s', async (kind) => {
    const files = await written();
    const truth = await openTruth(rowOf(files.folder, { annotations: files[kind] }), { width, height }, classes);
    const found = await truth.read(0, height);
    expect(truth.report).toMatchObject({ format: 'DICOM', shapes: 2, leftOut: [] });
    expect(found).toEqual(paintRuns(painted, { x: 0, y: 0, width, height }));
  });

  it('are refused for another slide, and where the kind of file belongs into the other column', async () => {
    const files = await written();
    const other = await slideFolder({ 2097166: ['UI', '1.2.3.777'] });
    for (const kind of ['ann', 'sr'] as const) {
      expect(await problemOf(other, { annotations: files[kind] })).toMatch(/is of the series/);
      expect(await problemOf(files.folder, { mask: files[kind] })).toMatch(/give them in the column "annotations"/);
    }
    expect(await problemOf(files.folder, { annotations: files.seg })).toMatch(/give it in the column "mask"/);
    const slide = join(await sourceFolder(), 'slide.dcm');
    await copyFile(join(files.folder, 'a.dcm'), slide);
    expect(await problemOf(files.folder, { mask: slide })).toMatch(/DICOM of another kind .*, no segmentation/);
  });
});
