/** Drawn objects of a slide that is larger than what was scanned: where they lie depends on which corner their file counts from. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildScn } from '../../tests/vendors/scn-builder.mjs';
import { createGeoJsonWriter, openSlide, parseClasses, qupathOrigin, readSlideTable, writePng } from '../index.js';
import { checkTruths } from './check-truths.js';
import { openTruth } from './read-truth.js';
import { checkRegions } from './regions.node.js';

const SIZE = { width: 320, height: 256 };
const SCAN = { x: 48, y: 80, picture: raster(160, 128, 3, new Uint8Array(160 * 128 * 3).fill(180)) };
const square = (x: number, y: number): string =>
  JSON.stringify([
    [
      [x, y],
      [x + 20, y],
      [x + 20, y + 10],
      [x, y + 10],
      [x, y],
    ],
  ]);
const glomerulus = (x: number, y: number): string =>
  `{"type":"Feature","properties":{"classification":{"name":"glomerulus"}},"geometry":{"type":"Polygon","coordinates":${square(x, y)}}}`;
const asap = `<ASAP_Annotations><Annotations><Annotation Name="0" Type="Rectangle" PartOfGroup="glomerulus"><Coordinates>
${[
  [58, 100],
  [78, 100],
  [78, 110],
  [58, 110],
]
  .map(([x, y], i) => `<Coordinate Order="${i}" X="${x}" Y="${y}"/>`)
  .join('')}
</Coordinates></Annotation></Annotations></ASAP_Annotations>`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-origin-'));
  await writeFile(join(folder, 'glass.scn'), buildScn({ ...SIZE, scans: [SCAN] }));
  await writePng(join(folder, 'plain.png'), raster(320, 256, 3, new Uint8Array(320 * 256 * 3)));
  // As QuPath exports a glomerulus at (58, 100) of the slide, which is (10, 20) of what was scanned.
  await writeFile(join(folder, 'qupath.geojson'), `{"type":"FeatureCollection","features":[${glomerulus(10, 20)}]}`);
  await writeFile(join(folder, 'halo.geojson'), `{"type":"FeatureCollection","features":[${glomerulus(58, 100)}]}`);
  await writeFile(join(folder, 'bare.geojson'), `[${glomerulus(10, 20)}]`);
  await writeFile(join(folder, 'asap.xml'), asap);
  const slide = await openSlide(join(folder, 'glass.scn'));
  await slide.close();
  const writer = await createGeoJsonWriter(join(folder, 'stated.geojson'), qupathOrigin(slide));
  await writer.write({
    name: 'glomerulus',
    polygons: [{ rings: [Float64Array.of(58, 100, 78, 100, 78, 110, 58, 110)] }],
  });
  await writer.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function rowsOf(image: string, annotations: string, origin: string, column = 'annotations') {
  const table = join(folder, 'slides.csv');
  await writeFile(table, `id,image,${column},annotation_origin\na,${image},${annotations},${origin}\n`);
  return readSlideTable(table);
}

/** Pixels of the labels: the box around them. */
async function boxOf(image: string, annotations: string, origin: string): Promise<number[]> {
  const [row] = await rowsOf(image, annotations, origin);
  if (row === undefined) throw new Error('the table is empty');
  const truth = await openTruth(row, SIZE);
  const { data } = await truth.read(0, SIZE.height);
  await truth.close();
  const at = Array.from(data.keys()).filter((i) => data[i] !== 0);
  const [xs, ys] = [at.map((i) => i % SIZE.width), at.map((i) => Math.floor(i / SIZE.width))];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
}

describe('the corner that drawn objects count from', () => {
  it.each([
    ['qupath.geojson', 'bounds'],
    ['bare.geojson', 'bounds'],
    ['halo.geojson', 'slide'],
    ['stated.geojson', ''],
    // What the file says itself goes before what the table says of files that say nothing.
    ['stated.geojson', 'slide'],
    ['asap.xml', ''],
    ['asap.xml', 'bounds'],
  ])('%s, annotation_origin "%s"', async (annotations, origin) => {
    expect(await boxOf('glass.scn', annotations, origin)).toEqual([58, 100, 78, 110]);
  });

  it("is the slide's where all of it was scanned, whatever the table says", async () => {
    for (const origin of ['', 'slide', 'bounds']) {
      expect(await boxOf('plain.png', 'halo.geojson', origin)).toEqual([58, 100, 78, 110]);
    }
  });

  it('is not guessed', async () => {
    const says =
      /slide a was scanned from \(48, 80\) on, and the file does not say .*of labels in the column annotation_origin of a slide table, of predictions with --prediction-origin/;
    await expect(boxOf('glass.scn', 'qupath.geojson', '')).rejects.toThrow(says);
    await expect(checkTruths(await rowsOf('glass.scn', 'halo.geojson', ''), parseClasses(undefined))).rejects.toThrow(
      says,
    );
    await expect(checkRegions(await rowsOf('glass.scn', 'halo.geojson', '', 'anatomy'))).rejects.toThrow(says);
    await expect(checkRegions(await rowsOf('glass.scn', 'halo.geojson', 'slide', 'anatomy'))).resolves.toBeDefined();
  });

  it('has two names', async () => {
    await expect(rowsOf('glass.scn', 'halo.geojson', 'qupath')).rejects.toThrow(
      'column "annotation_origin": "qupath" is neither slide nor bounds',
    );
  });
});
