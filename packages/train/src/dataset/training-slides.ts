/** What a model card remembers of the training slides, measured on the rasters that the network is trained on. */
import {
  createRowRunEncoder,
  crop,
  equivalentDiameter,
  fitAppearance,
  isWhole,
  objectsOf,
  type PartModel,
  quantileOf,
  raster,
  SAMPLED_TILES,
  type SlideLooks,
  sampleTiles,
  tileAppearance,
} from '@ftuseg/core';
import type { ModelCard } from '@ftuseg/nn';
import type { SlidePixels } from './slide-pixels.js';

export type KnownSlides = Pick<ModelCard, 'appearance' | 'objectSizes'>;

/** A few tiles spread over the slide that are not empty. */
function looksOf({ width, height, image }: SlidePixels): SlideLooks['tiles'] {
  const whole = raster(width, height, 3, image);
  const tiles: Float64Array[] = [];
  for (const rect of sampleTiles(width, height).slice(0, SAMPLED_TILES.read)) {
    const numbers = tileAppearance(crop(whole, rect));
    if (numbers !== undefined) tiles.push(numbers);
    if (tiles.length === SAMPLED_TILES.wanted) break;
  }
  return tiles;
}

/** Rows of labels that are looked at together. */
const ROWS = 256;

/**
 * Equivalent diameters in micrometres; objects at the slide's edge are cut off and do not count.
 * @param bits of the classes whose pixels are objects
 */
function diametersOf({ width, height, mask }: SlidePixels, micronsPerPixel: number, bits: number): number[] {
  const encoder = createRowRunEncoder(width, height);
  for (let top = 0; top < height; top += ROWS) {
    const rows = mask.subarray(top * width, Math.min(top + ROWS, height) * width);
    encoder.push(
      raster(
        width,
        rows.length / width,
        1,
        Uint8Array.from(rows, (classes) => ((classes & bits) === 0 ? 0 : 1)),
      ),
    );
  }
  return objectsOf(encoder.finish()).objects.flatMap(({ area, box }) =>
    isWhole(box, { width, height }) ? [equivalentDiameter(area) * micronsPerPixel] : [],
  );
}

const copied = (rows: readonly (readonly number[])[]): number[][] => rows.map((row) => [...row]);
const copiedPart = ({ whitening, distances, reach }: PartModel) => ({
  whitening: copied(whitening),
  distances: [...distances],
  reach,
});

type Sizes = Pick<NonNullable<ModelCard['objectSizes']>, 'count' | 'diameters'>;

/** @returns undefined where no object is whole */
function sizesOf(slides: readonly SlidePixels[], micronsPerPixel: number, bits: number): Sizes | undefined {
  const sorted = slides.flatMap((slide) => diametersOf(slide, micronsPerPixel, bits)).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const quartile = (share: number): number => Number(quantileOf(sorted, share).toPrecision(4));
  return { count: sorted.length, diameters: [quartile(0.25), quartile(0.5), quartile(0.75)] };
}

/** Of all classes, and of each where there are several. */
function objectSizesOf(
  slides: readonly SlidePixels[],
  classes: readonly string[],
  micronsPerPixel: number,
): ModelCard['objectSizes'] {
  const all = sizesOf(slides, micronsPerPixel, ~0);
  if (all === undefined || classes.length < 2) return all;
  const each = classes.flatMap((name, c) => {
    const sizes = sizesOf(slides, micronsPerPixel, 1 << c);
    return sizes === undefined ? [] : [[name, sizes] as const];
  });
  return { ...all, classes: Object.fromEntries(each) };
}

/**
 * @param groups of the slides, as folds keep them together
 * @param classes in the order of the mask's bits
 * @param micronsPerPixel of the rasters; null: sizes are not known
 * @returns without `appearance` for fewer than five groups, without `objectSizes` where no object is whole
 */
export function knownSlides(
  slides: readonly SlidePixels[],
  groups: readonly string[],
  classes: readonly string[],
  micronsPerPixel: number | null,
): KnownSlides {
  const looks = slides.map((slide, i): SlideLooks => ({ tiles: looksOf(slide), group: groups[i] ?? String(i) }));
  const found = fitAppearance(looks);
  const appearance: ModelCard['appearance'] = found && {
    version: 1,
    slides: copied(found.slides),
    colour: copiedPart(found.colour),
    texture: copiedPart(found.texture),
  };
  const objectSizes = micronsPerPixel === null ? undefined : objectSizesOf(slides, classes, micronsPerPixel);
  return {
    ...(appearance === undefined ? {} : { appearance }),
    ...(objectSizes === undefined ? {} : { objectSizes }),
  };
}
