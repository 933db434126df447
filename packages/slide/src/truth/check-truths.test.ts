/** What is said of a table in which nothing counts: the classes that there are, and what they were taken as. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseClasses, writePng } from '../index.js';
import { checkTruths } from './check-truths.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-truths-'));
  await writePng(join(folder, 'a.png'), raster(64, 64, 3, new Uint8Array(64 * 64 * 3)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const square = (name: string): string =>
  `{"type":"Feature","properties":{"classification":{"name":"${name}"}},"geometry":{"type":"Polygon","coordinates":[[[8,8],[24,8],[24,24],[8,8]]]}}`;

it.each([
  [[], 'glomerulus', 'the files of annotations are empty'],
  [['Glom'], 'glomerulus', 'there are: Glom'],
  [['Glom'], 'glomerulus=Foo;ignore=Glom', 'there are: Glom (taken as ignore)'],
  [['Glom', 'Bar'], 'glomerulus=Foo;background=Glom', 'there are: Bar, Glom (taken as background)'],
] as const)('%j by %s', async (names, classes, says) => {
  const annotations = join(folder, 'a.geojson');
  await writeFile(annotations, `{"type":"FeatureCollection","features":[${names.map(square).join()}]}`);
  const row = { id: 'a', image: join(folder, 'a.png'), annotations, columns: {} };
  await expect(checkTruths([row], parseClasses(classes))).rejects.toThrow(
    `no slide has an object of glomerulus; ${says}`,
  );
});
