/** What a model card remembers of the training slides, measured on the rasters that the network is trained on. */
import {
  createRowRunEncoder,
  crop,
  fitAppearance,
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

/** Equivalent diameters in micrometres; objects at the slide's edge are cut off and do not count. */
function diametersOf({ width, height, mask }: SlidePixels, micronsPerPixel: number): number[] {
  const encoder = createRowRunEncoder(width, height);
  for (let top = 0; top < height; top += ROWS) {
    const rows = mask.subarray(top * width, Math.min(top + ROWS, height) * width);
    encoder.push(
      raster(
        width,
        rows.length / width,
        1,
        Uint8Array.from(rows, (classes) => (classes === 0 ? 0 : 1)),
      ),
    );
  }
  return objectsOf(encoder.finish()).objects.flatMap(({ area, box }) => {
    const whole = box.x > 0 && box.y > 0 && box.x + box.width < width && box.y + box.height < height;
    return whole ? [Math.sqrt((4 * area) / Math.PI) * micronsPerPixel] : [];
  });
}

const copied = (rows: readonly (readonly number[])[]): number[][] => rows.map((row) => [...row]);
const copiedPart = ({ whitening, distances }: PartModel) => ({
  whitening: copied(whitening),
  distances: [...distances],
});

/**
 * @param groups of the slides, as folds keep them together
 * @param micronsPerPixel of the rasters; null: sizes are not known
 * @returns without `appearance` for fewer than five groups, without `objectSizes` where no object is whole
 */
export function knownSlides(
  slides: readonly SlidePixels[],
  groups: readonly string[],
  micronsPerPixel: number | null,
): KnownSlides {
  const looks = slides.map((slide, i): SlideLooks => ({ tiles: looksOf(slide), group: groups[i] ?? String(i) }));
  const found = fitAppearance(looks);
  const sizes = micronsPerPixel === null ? [] : slides.flatMap((slide) => diametersOf(slide, micronsPerPixel));
  const sorted = sizes.sort((a, b) => a - b);
  const quartile = (share: number): number => Number(quantileOf(sorted, share).toPrecision(4));
  const appearance: ModelCard['appearance'] = found && {
    version: 1,
    slides: copied(found.slides),
    colour: copiedPart(found.colour),
    texture: copiedPart(found.texture),
  };
  const objectSizes: ModelCard['objectSizes'] =
    sorted.length === 0
      ? undefined
      : { count: sorted.length, diameters: [quartile(0.25), quartile(0.5), quartile(0.75)] };
  return {
    ...(appearance === undefined ? {} : { appearance }),
    ...(objectSizes === undefined ? {} : { objectSizes }),
  };
}
