/** Anatomical regions: placed and reported as drawn objects are. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paintRuns, raster } from '@ftuseg/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePng } from '../write-image.node.js';
import { readAnnotationRings, readRegions } from './annotations.node.js';
import { checkRegions, readRegionLabels } from './regions.node.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-regions-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const slide = { id: 'a', image: 'a.png', width: 60, height: 50 };
const square = (x: number, y: number, side: number): [number, number][] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];

async function put(name: string, text: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof text === 'string' ? text : JSON.stringify(text));
  return path;
}

const feature = (name: string | undefined, ring: [number, number][]) => ({
  type: 'Feature',
  properties: name === undefined ? {} : { classification: { name } },
  geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]]] },
});
const geoJson = (...features: object[]) => put('a.geojson', { type: 'FeatureCollection', features });

const region = (ring: [number, number][], negative: 0 | 1) =>
  `<Region Type="0" NegativeROA="${negative}"><Vertices>${ring.map(([x, y]) => `<Vertex X="${x}" Y="${y}"/>`).join('')}</Vertices></Region>`;
const imageScope = (name: string) =>
  put(
    'a.xml',
    `<Annotations><Annotation Name="${name}"><Regions>${region(square(10, 10, 10), 1)}${region(square(0, 0, 40), 0)}</Regions></Annotation></Annotations>`,
  );

/** Pixels of each label. */
async function counts(path: string) {
  const { names, labels, report } = await readRegionLabels(path, slide);
  const { data } = paintRuns(labels, { x: 0, y: 0, width: slide.width, height: slide.height });
  const pixels = names.map((name, k) => [name, data.filter((label) => label === k + 1).length]);
  return { pixels: Object.fromEntries(pixels), report };
}

describe('regions', () => {
  it('lose what takes away from their layer', async () => {
    const path = await imageScope('Cortex');
    expect((await counts(path)).pixels).toEqual({ cortex: 1500 });
    expect(await readRegions(path)).toHaveLength(1);
    expect((await readRegions(path))[0]?.rings).toHaveLength(2);
  });

  it('without a class are counted as left out, and names are the same in any case of letters', async () => {
    const path = await geoJson(
      feature('Cortex', square(0, 0, 10)),
      feature(undefined, square(0, 20, 10)),
      feature('cortex', square(20, 0, 10)),
      feature('medulla', square(40, 0, 5)),
    );
    const { pixels, report } = await counts(path);
    expect(pixels).toEqual({ cortex: 200, medulla: 25 });
    expect(report.leftOut).toEqual([{ reason: 'unclassified', name: null, shapes: 1 }]);
  });

  it('are refused where all lie beyond the slide, and where none has a class', async () => {
    const beyond = await geoJson(feature('cortex', square(900, 900, 10)));
    await expect(readRegionLabels(beyond, slide)).rejects.toThrow('its object lies beyond the slide of 60 x 50 pixels');
    const bare = await geoJson(feature(undefined, square(0, 0, 10)));
    await expect(readRegionLabels(bare, slide)).rejects.toThrow('no polygon has a class; give every region a class');
  });

  it.each<[string, (ring: [number, number][]) => unknown]>([
    [
      'labelme',
      (points) => ({
        version: '5',
        flags: {},
        imagePath: 'a.png',
        imageData: null,
        imageWidth: 60,
        imageHeight: 50,
        shapes: [{ label: 'cortex', points, shape_type: 'polygon' }],
      }),
    ],
    [
      'COCO',
      (points) => ({
        images: [{ id: 1, file_name: 'a.png', width: 60, height: 50 }],
        categories: [{ id: 1, name: 'cortex' }],
        annotations: [{ id: 1, image_id: 1, category_id: 1, segmentation: [points.flat()] }],
      }),
    ],
  ])('may be %s, which knows its picture', async (_, of) => {
    const path = await put('a.json', of(square(0, 0, 20)));
    expect((await counts(path)).pixels).toEqual({ cortex: 400 });
    expect(await readRegions(path, slide)).toHaveLength(1);
  });

  it('of a table are read and reported beforehand', async () => {
    const image = join(folder, 'a.png');
    await writePng(image, raster(60, 50, 3, new Uint8Array(60 * 50 * 3)));
    const row = { id: 'a', image, columns: {} };
    expect(await checkRegions([row])).toEqual([]);
    const anatomy = await geoJson(feature('Cortex', square(0, 0, 10)), feature(undefined, square(0, 20, 10)));
    expect(await checkRegions([{ ...row, anatomy }])).toEqual([
      'regions: 1 of 2 objects in 1 file used: "Cortex" as cortex 1',
      'regions: 1 left out: without a class 1',
    ]);
    const wrong = await geoJson(feature('cortex', square(900, 900, 10)));
    await expect(checkRegions([{ ...row, anatomy: wrong }])).rejects.toThrow('beyond the slide');
  });
});

it('rings of glomeruli lose what takes away from their layer', async () => {
  const [only, ...others] = await readAnnotationRings(await imageScope('Glomerulus'));
  expect([only?.label, only?.rings.length, others]).toEqual([1, 2, []]);
});
