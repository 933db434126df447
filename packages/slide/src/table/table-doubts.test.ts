import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asap, coco } from '../../tests/annotation-samples.js';
import { writePng } from '../index.js';
import { readSlideTable } from './slide-table.node.js';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-doubts-'));
  for (const name of ['a.png', 'b.png', 'c.png']) await writeFile(at(name), '');
  await writePng(at('m.png'), raster(2, 400, 1, new Uint8Array(800).fill(1, 799)));
  await writePng(at('none.png'), raster(2, 400, 1, new Uint8Array(800)));
  await writeFile(at('asap.xml'), asap());
  await writeFile(at('coco.json'), coco());
  await writeFile(at('none.geojson'), '{"type":"FeatureCollection","features":[]}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function notes(lines: readonly string[], labelled = true): Promise<string[]> {
  const said: string[] = [];
  await writeFile(at('t.csv'), lines.join('\n'));
  await readSlideTable(at('t.csv'), { labelled, onNote: (note) => said.push(note) });
  return said.map((note) => note.replace(`warning: ${at('t.csv')}: `, '').replaceAll(`${folder}/`, ''));
}

describe('doubts about a table', () => {
  it('are pictures under two ids that may come apart', async () => {
    const lines = ['id,image,mask,patient', 'a,a.png,m.png,1', 'b,a.png,m.png,2', 'c,b.png,,1'];
    expect(await notes(lines)).toEqual([
      'a, b have the same picture (a.png), which counts more than once and may be learnt and judged by in one training: give them one value in a column "group"',
    ]);
    expect(await notes(lines, false)).toEqual([]);
    expect(await notes(['id,image,mask,patient', 'a,a.png,m.png,1', 'b,a.png,m.png,1', 'c,b.png,,2'])).toEqual([]);
    expect(await notes(['id,image,mask', 'a,a.png,m.png', 'b,a.png,'])).toEqual([]);
  });

  it.each([
    ['mask', 'm.png', 'mask (m.png)'],
    ['annotations', 'asap.xml', 'file of annotations (asap.xml)'],
    ['anatomy', 'asap.xml', 'file of anatomy (asap.xml)'],
    ['rle', '1 2 5 2', 'run-length code'],
  ])('are the same labels in column %s at different pictures', async (column, cell, what) => {
    expect(await notes([`id,image,${column}`, `a,a.png,${cell}`, `b,b.png,${cell}`])).toEqual([
      `a, b have different pictures and the same ${what}: is that right?`,
    ]);
  });

  it.each([
    ['mask', 'none.png'],
    ['mask', 'missing.png'],
    ['annotations', 'coco.json'],
    ['annotations', 'none.geojson'],
    ['annotations', 'missing.json'],
    ['rle', ''],
    ['centre', 'm.png'],
  ])('are not empty labels and files that name their picture: %s %s', async (column, cell) => {
    const rle = column === 'centre' ? '1 2' : '';
    const lines = [`id,image,${column},encoding`, `a,a.png,${cell},${rle}`, `b,b.png,${cell},${rle && '5 2'}`];
    expect(await notes(lines)).toEqual([]);
  });

  it('are files in columns that are not read, at slides without labels', async () => {
    const lines = ['id,image,outline,rle,thumbnail', 'a,a.png,asap.xml,,none.tif', 'b,b.png,,1 2,m.png'];
    expect(await notes(lines)).toEqual([
      'column "outline" is not read, and names files that are there (asap.xml), where slide a has no labels',
    ]);
  });
});
