/** How much of a slide's tissue lies in parts of it, by its overview. */
import { isColourless, isWhite, type Raster, type Rect, type SlideLook, STAINED, saturationOf } from '@ftuseg/core';
import type { BlockMap } from './block-map.js';

/**
 * @param overview RGB, the whole slide
 * @param places level-0 pixels
 * @returns 0..1; tissue is what is stained, and on a slide without colour what is not white. 0 where there is none
 */
export function tissueShare(
  overview: Raster,
  look: SlideLook,
  slide: { readonly width: number; readonly height: number },
  places: Iterable<Rect>,
): number {
  const { width, height } = overview;
  const inside = new Uint8Array(width * height);
  const [across, down] = [width / slide.width, height / slide.height];
  // By the centres of pixels.
  const first = (at: number, count: number): number => Math.min(Math.max(Math.ceil(at - 0.5), 0), count);
  for (const place of places) {
    const [left, right] = [first(place.x * across, width), first((place.x + place.width) * across, width)];
    const bottom = first((place.y + place.height) * down, height);
    for (let y = first(place.y * down, height); y < bottom; y++) inside.fill(1, y * width + left, y * width + right);
  }
  let [tissue, both] = [0, 0];
  eachTissuePixel(overview, look, (x, y) => {
    tissue++;
    both += inside[y * width + x] as number;
  });
  return tissue === 0 ? 0 : both / tissue;
}

/**
 * What a map says of a slide's tissue.
 * @param overview as for `tissueShare`
 * @param values of the map's blocks
 * @returns for each value 0..255 the share of the tissue under it
 */
export function tissueValues(overview: Raster, look: SlideLook, map: BlockMap, values: Uint8Array): Float64Array {
  const shares = new Float64Array(256);
  let tissue = 0;
  eachTissuePixel(overview, look, (x, y) => {
    const value = values[map.blockAt((x + 0.5) / overview.width, (y + 0.5) / overview.height)] as number;
    shares[value] = (shares[value] as number) + 1;
    tissue++;
  });
  return tissue === 0 ? shares : shares.map((count) => count / tissue);
}

function eachTissuePixel(
  { width, height, channels, data }: Raster,
  look: SlideLook,
  visit: (x: number, y: number) => void,
): void {
  const colourless = isColourless(look);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels;
      const [red, green, blue] = [data[at] as number, data[at + 1] as number, data[at + 2] as number];
      if (colourless ? !isWhite(red, green, blue) : saturationOf(red, green, blue) > STAINED) visit(x, y);
    }
  }
}
