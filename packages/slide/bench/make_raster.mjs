/** Writes the working raster of a slide as .npy, in bands: make_raster.mjs SLIDE OUT DOWNSAMPLE. Called by raster.bench.mjs. */
import { open } from 'node:fs/promises';
import { writeNpyHeader } from '@ftuseg/core';
import { openSlide } from '../dist/index.js';

const [path, out, factor] = process.argv.slice(2);
const slide = await openSlide(path);
const [width, height] = [slide.width, slide.height].map((side) => Math.round(side / Number(factor)));
const most = Math.max(1, Math.floor((16 << 20) / (width * 3)));
// Whole rows of tiles, where the slide's levels have the raster's scale.
const rows = most > 256 ? most - (most % 256) : most;
const file = await open(out, 'w');
await file.writeFile(writeNpyHeader({ shape: [height, width, 3], dtype: 'uint8' }));
const read = (top) =>
  top < height ? slide.readRows({ width, height, top, rows: Math.min(rows, height - top) }) : undefined;
let next = read(0);
for (let top = 0; next !== undefined; top += rows) {
  const band = await next;
  next = read(top + rows);
  await file.writeFile(band.data);
}
await file.close();
await slide.close();
