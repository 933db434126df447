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
  const slide = {
    width,
    height,
    micronsPerPixel,
    levels: [{ width, height, downsample: 1 }],
    info: { format: 'memory', levels: [], micronsPerPixelFrom: undefined, pixels: '8-bit RGB', associated: [] },
    readRows: async ({ width: w, height: h, top, rows, left = 0, columns = w }: SlideRows) => {
      slide.reads++;
      const scaled = w === width && h === height ? image : resizeArea(image, w, h);
      return crop(scaled, { x: left, y: top, width: columns, height: rows });
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
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.fill(value(x, y), (y * width + x) * 3, (y * width + x) * 3 + 3);
  }
  return raster(width, height, 3, data);
}

export const testCard: ModelCard = {
  format: 1,
  name: 'test',
  decoder: 'unet',
  encoder: 'timm-tf_efficientnet_lite0',
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
        for (let i = 0; i < out.length; i++) {
          const at = i % area;
          const value = batch[Math.floor(i / area / classes) * 3 * area + at] ?? 0;
          out[i] = logit(
            { value, x: at % width, y: Math.floor(at / width), tile: width },
            Math.floor(i / area) % classes,
          );
        }
        return out;
      },
      close: async () => undefined,
    },
    close: async () => undefined,
  };
}
