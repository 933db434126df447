/**
 * Slides in memory and networks that are plain functions, so that tests know the right answer to the pixel.
 */
import { crop, type Raster, raster, resizeArea } from '@ftuseg/core';
import type { ModelCard } from '@ftuseg/nn';
import type { Slide, SlideRows } from '@ftuseg/slide';
import type { SegmentationModel } from '../src/model/model.js';

/** A slide over an RGB raster; counts what is read. */
export function memorySlide(image: Raster, micronsPerPixel?: number): Slide & { reads: number } {
  const { width, height } = image;
  let last = image;
  const slide = {
    width,
    height,
    micronsPerPixel,
    levels: [{ width, height, downsample: 1 }],
    info: { format: 'memory', levels: [], micronsPerPixelFrom: undefined, pixels: '8-bit RGB', associated: [] },
    readRows: async ({ width: w, height: h, top, rows, left = 0, columns = w }: SlideRows) => {
      slide.reads++;
      const same = w === last.width && h === last.height;
      if (!same) last = w === width && h === height ? image : resizeArea(image, w, h);
      return crop(last, { x: left, y: top, width: columns, height: rows });
    },
    readAssociated: () => Promise.reject(new RangeError('no associated pictures')),
    reads: 0,
    readRegion: async (region: { x: number; y: number; width: number; height: number }) => {
      slide.reads++;
      if (region.x < 0 || region.y < 0 || region.x + region.width > width || region.y + region.height > height) {
        throw new RangeError(`region ${JSON.stringify(region)} leaves the slide`);
      }
      return crop(image, region);
    },
    close: async () => undefined,
  };
  return slide;
}

/** An RGB image whose channels are `value(x, y)` (0..255). */
export function paint(width: number, height: number, value: (x: number, y: number) => number): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) data[at] = data[at + 1] = data[at + 2] = value(x, y);
  }
  return raster(width, height, 3, data);
}

export const testCard: ModelCard = {
  format: 1,
  name: 'test',
  decoder: 'linknet',
  encoder: 'tu-test_efficientnet',
  classes: ['glomerulus'],
  tileSize: 64,
  micronsPerPixel: null,
  downsample: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  threshold: 0.5,
  training: {},
};

/** Where a pixel lies in its tile, and its first channel as the network sees it (0..1 for `testCard`). */
export interface SeenPixel {
  readonly value: number;
  readonly x: number;
  readonly y: number;
  readonly tile: number;
}

/** A model whose logit for class `c` is a function of each pixel. */
export function pixelModel(
  logit: (pixel: SeenPixel, c: number) => number,
  card: Partial<ModelCard> = {},
): SegmentationModel & { readonly batches: number[] } {
  const full = { ...testCard, ...card };
  const batches: number[] = [];
  return {
    card: full,
    batches,
    source: { name: 'test.onnx' },
    session: {
      run: async (batch, [n, , height, width]) => {
        batches.push(n);
        const area = height * width;
        const classes = full.classes.length;
        const out = new Float32Array(n * classes * area);
        // One object for all pixels: tests ask for millions.
        const pixel = { value: 0, x: 0, y: 0, tile: width };
        for (let plane = 0; plane < n * classes; plane++) {
          const from = Math.floor(plane / classes) * 3 * area;
          for (let at = 0; at < area; at++) {
            pixel.value = batch[from + at] ?? 0;
            pixel.x = at % width;
            pixel.y = (at - pixel.x) / width;
            out[plane * area + at] = logit(pixel, plane % classes);
          }
        }
        return out;
      },
      close: async () => undefined,
    },
    close: async () => undefined,
  };
}
