/** Small slides for tests: purple discs on pink, with their masks, written as a slide table. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, emptyRaster, type Raster } from '@ftuseg/core';
import { writePng } from '@ftuseg/slide';
import { prepareDataset } from '../src/prepare/prepare.js';

export function discs(width: number, height: number, seed: number): { image: Raster; labels: Raster } {
  const random = createRandom(seed);
  const image = emptyRaster(width, height, 3);
  const labels = emptyRaster(width, height);
  const circles = Array.from({ length: 4 }, () => ({
    x: random.uniform(0.1, 0.9) * width,
    y: random.uniform(0.1, 0.9) * height,
    radius: random.uniform(9, 14),
  }));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = circles.some((circle) => Math.hypot(x - circle.x, y - circle.y) < circle.radius);
      const [r, g, b] = inside ? [120, 60, 140] : [225, 180, 205];
      const noise = random.uniform(-12, 12);
      const at = y * width + x;
      image.data.set([r + noise, g + noise, b + noise], at * 3);
      labels.data[at] = inside ? 1 : 0;
    }
  }
  return { image, labels };
}

/** Writes `slides.csv`, images and masks into `folder`; two slides per donor, 0.5 micrometres per pixel. */
export async function writeDiscSlides(folder: string, count: number, width = 150, height = 110): Promise<string> {
  await mkdir(folder, { recursive: true });
  const lines = ['id,image,mask,mpp,donor'];
  for (let i = 0; i < count; i++) {
    const { image, labels } = discs(width, height, i);
    await writePng(join(folder, `s${i}.png`), image);
    await writePng(join(folder, `s${i}.mask.png`), labels);
    lines.push(`s${i},s${i}.png,s${i}.mask.png,0.5,d${Math.floor(i / 2)}`);
  }
  const table = join(folder, 'slides.csv');
  await writeFile(table, `${lines.join('\n')}\n`);
  return table;
}

/** Six such slides, prepared for tiles of 64 pixels below `folder`. @returns the data set's folder */
export async function prepareDiscs(folder: string): Promise<string> {
  const out = join(folder, 'data');
  const table = await writeDiscSlides(join(folder, 'slides'), 6);
  await prepareDataset({ table, out, micronsPerPixel: 0.5, tile: 64 });
  return out;
}
