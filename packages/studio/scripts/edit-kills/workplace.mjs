/** A slide table of one small slide, without a prediction. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { writePng } from '@ftuseg/slide';

export const SIDE = 512;

/** @returns the table's path */
export async function makeSlides(folder) {
  await writePng(join(folder, 'a.png'), raster(SIDE, SIDE, 3, new Uint8Array(SIDE * SIDE * 3).fill(200)));
  const table = join(folder, 'slides.csv');
  writeFileSync(table, 'id,image\na,a.png\n');
  return table;
}
