/** Truths that corrections begin from: classes and holes stay. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyRaster } from '@ftuseg/core';
import { type SlideRow, writePng } from '@ftuseg/slide';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyReport, reportSentences } from '../../../edits/valid-polygons.js';
import { areaOf } from '../../../geometry/measure.js';
import { baseObjects } from './base-objects.js';
import { rawObjects } from './read-base.js';

const size = { width: 100, height: 80 };
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-base-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Class and area of every object, and what is said. */
async function read(given: Partial<SlideRow>, path: string) {
  const row: SlideRow = { id: 'a', image: 'a.png', columns: {}, ...given };
  const use = () => Promise.reject(new Error('no pixel is needed'));
  const report = emptyReport();
  const raw = rawObjects(
    { kind: 'truth', name: 'file', path },
    { id: 's-a', row, size: async () => size, use },
    report,
  );
  const objects: [string, number][] = [];
  for await (const one of baseObjects(raw, { id: 'a', ...size }, report)) {
    objects.push([one.class, areaOf(one.polygons)]);
  }
  return { objects, said: reportSentences(report, 'file') };
}

async function mask(...labels: readonly [value: number, x: number][]) {
  const image = emptyRaster(size.width, size.height, 1);
  for (const [value, x] of labels) {
    for (let y = 0; y < 10; y++) image.data.fill(value, y * size.width + x, y * size.width + x + 10);
  }
  const path = join(folder, 'mask.png');
  await writePng(path, image);
  return read({ mask: path }, path);
}

describe('label images', () => {
  it('of one value are glomeruli', async () => {
    expect(await mask([255, 0], [255, 50])).toEqual({
      objects: [
        ['glomerulus', 100],
        ['glomerulus', 100],
      ],
      said: [],
    });
  });

  it('of several values keep each as a class, and say so', async () => {
    const { objects, said } = await mask([1, 0], [2, 50]);
    expect(objects).toEqual([
      ['label 1', 100],
      ['label 2', 100],
    ]);
    expect(said).toEqual(['file: it has the labels 1, 2; each is a class of its own, such as "label 1"']);
  });
});

describe('negative regions', () => {
  const region = (x: number, y: number, side: number, negative: 0 | 1) =>
    `<Region Type="0" NegativeROA="${negative}"><Vertices>${[
      [x, y],
      [x + side, y],
      [x + side, y + side],
      [x, y + side],
    ]
      .map(([left, top]) => `<Vertex X="${left}" Y="${top}"/>`)
      .join('')}</Vertices></Region>`;
  const layer = (name: string, ...regions: string[]) =>
    `<Annotation Name="${name}"><Regions>${regions.join('')}</Regions></Annotation>`;

  it('are cut out of the objects of their layer, wherever they stand', async () => {
    const path = join(folder, 'a.xml');
    const layers = [
      layer('glomerulus', region(10, 10, 5, 1), region(0, 0, 40, 0), region(60, 0, 20, 0)),
      layer('cortex', region(0, 0, 50, 0)),
    ];
    await writeFile(path, `<Annotations>${layers.join('')}</Annotations>`);
    expect(await read({ annotations: path }, path)).toEqual({
      objects: [
        ['glomerulus', 1575],
        ['glomerulus', 400],
        ['cortex', 2500],
      ],
      said: ['file: negative regions are cut out of 1 object'],
    });
  });
});
