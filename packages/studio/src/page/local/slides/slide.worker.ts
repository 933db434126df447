/** Opens slides and cuts tiles off the page's main thread. */
import type { Raster } from '@ftuseg/core';
import { refuseEval } from '../../refuse-eval.js';
import { serveCalls, type WorkerScope } from '../worker/calls.js';
import { bitmapFile } from './bitmap-file.js';
import { OpenSlides } from './open-slides.js';
import type { SlideMethods } from './slide-methods.js';

declare const self: WorkerScope;

refuseEval();

const slides = new OpenSlides();

const none = (what: string): RangeError => new RangeError(`the slide has no such ${what}`);

serveCalls<SlideMethods>(self, {
  facts: (file) => slides.facts(file),
  tile: async ({ level, x, y, colours, ...file }, { signal, hand }) => {
    const tile = await slides.tile(file, { level, column: x, row: y }, colours, signal);
    if (tile === undefined) throw none('tile');
    // Of pixels, never of a file: no decoder of the browser and no canvas changes them.
    const bitmap = await createImageBitmap(imageOf(tile), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
    hand(bitmap);
    return bitmap;
  },
  thumbnail: async ({ side, ...file }, { signal, hand }) => {
    const picture = await slides.thumbnail(file, side, signal);
    if (picture === undefined) throw none('picture');
    const bytes = bitmapFile(picture);
    hand(bytes.buffer);
    return bytes;
  },
});

function imageOf({ width, height, channels, data }: Raster): ImageData {
  const image = new ImageData(width, height);
  for (let from = 0, to = 0; from < data.length; from += channels, to += 4) {
    image.data[to] = data[from] ?? 0;
    image.data[to + 1] = data[from + 1] ?? 0;
    image.data[to + 2] = data[from + 2] ?? 0;
    image.data[to + 3] = 255;
  }
  return image;
}
