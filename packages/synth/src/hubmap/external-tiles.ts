/**
 * The external set of the published solution, as it comes: `images_1024/` and `masks_1024/` of PNG tiles, some without a glomerulus.
 */
import { join } from 'node:path';
import { mixSeeds, raster } from '@ftuseg/core';
import { makeFolder } from '@ftuseg/files';
import { writePng } from '@ftuseg/slide';
import { listGlomeruli, synthesiseRegion } from '../render/region.js';

const SIDE = 1024;
const TILES_ACROSS = 6;
/** One tile in so many shows no glomerulus, as long as there are such. */
const EMPTY_EVERY = 4;

/** Micrometres per pixel, as of the training slides. */
const SCALE = 0.5;

/**
 * Writes `count` tiles (RGB, and masks of 0 and 255) cut from one slide that is never rendered whole.
 * @throws FtuError `io`
 */
export async function writeExternalTiles(
  folder: string,
  seed: number,
  count: number,
  onTile: () => void,
): Promise<void> {
  for (const name of ['images_1024', 'masks_1024']) await makeFolder(join(folder, name));
  const side = SIDE * TILES_ACROSS;
  const slide = {
    seed: mixSeeds(seed, 3000),
    micronsPerPixel: SCALE,
    slideWidth: side,
    slideHeight: side,
    features: { medulla: 0.35 },
  };
  const glomeruli = listGlomeruli(slide);
  const places = Array.from({ length: TILES_ACROSS ** 2 }, (_, i) => ({
    x: (i % TILES_ACROSS) * SIDE,
    y: Math.floor(i / TILES_ACROSS) * SIDE,
  }));
  const shows = ({ x, y }: { readonly x: number; readonly y: number }): boolean =>
    glomeruli.some(({ outline }) =>
      outline.some((point) => point.x > x && point.x < x + SIDE && point.y > y && point.y < y + SIDE),
    );
  const [full, empty] = [places.filter(shows), places.filter((place) => !shows(place))];
  for (let i = 0; i < count; i++) {
    const place = (i % EMPTY_EVERY === EMPTY_EVERY - 1 ? empty.shift() : undefined) ?? full.shift() ?? empty.shift();
    if (place === undefined) break;
    const { image, labels } = synthesiseRegion({ ...slide, ...place, width: SIDE, height: SIDE });
    const mask = raster(
      SIDE,
      SIDE,
      1,
      labels.data.map((label) => (label > 0 ? 255 : 0)),
    );
    const name = `${10_000 + i}.png`;
    await writePng(join(folder, 'images_1024', name), image);
    await writePng(join(folder, 'masks_1024', name), mask);
    onTile();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** How many tiles there can be. */
export const MAX_TILES = TILES_ACROSS ** 2;
