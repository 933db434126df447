/** What the map of probabilities says of one object: how sure its pixels are, and how sharp its outline. */
import { paintRuns, type Rect, runsOfPolygons } from '@ftuseg/core';
import type { FlatPolygon } from '../../protocol/objects.js';

/** A cut-out of the map; octets, row by row, 255 for 1. */
export interface MapWindow {
  /** Map pixels. */
  readonly rect: Rect;
  readonly data: Uint8Array;
}

export interface MapMeasures {
  /** Mean and highest probability of the object's pixels, 0 to 1. */
  readonly mean: number;
  readonly peak: number;
  /** Mean entropy of the pixels near the outline, 0 to 1 bit. */
  readonly boundaryEntropy: number;
}

/** Pixels of the map to both sides of an outline that are near it: a sure network goes from 0 to 1 within them. */
export const BOUNDARY_BAND = 2;

/** Entropy of a coin of that probability, in bits (Shannon 1948), for each octet. */
const entropy = Float64Array.from({ length: 256 }, (_, octet) => {
  const p = octet / 255;
  return octet === 0 || octet === 255 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
});

/**
 * @param polygons in level-0 pixels
 * @param scale map pixels per level-0 pixel, across and down
 * @returns 1 for each pixel of the window whose centre is inside, row by row
 */
export function insideOf(
  polygons: readonly FlatPolygon[],
  { x, y, width, height }: Rect,
  scale: { readonly x: number; readonly y: number },
): Uint8Array {
  const placed = polygons.map((polygon) => ({
    label: 1,
    rings: polygon.map((ring) =>
      Float64Array.from(ring, (value, i) => (i % 2 === 0 ? value * scale.x - x : value * scale.y - y)),
    ),
  }));
  return Uint8Array.from(paintRuns(runsOfPolygons(placed, width, height), { x: 0, y: 0, width, height }).data);
}

/** For each pixel 1 if any within the band is set: a square's maximum, rows first. */
function widened(set: Uint8Array, width: number, height: number): Uint8Array {
  const rows = new Uint8Array(set.length);
  const result = new Uint8Array(set.length);
  const spread = (from: Uint8Array, to: Uint8Array, along: number, length: number, at: number): void => {
    for (let i = 0; i < length; i++) {
      if (from[at + i * along] === 0) continue;
      const last = Math.min(length - 1, i + BOUNDARY_BAND);
      for (let j = Math.max(0, i - BOUNDARY_BAND); j <= last; j++) to[at + j * along] = 1;
    }
  };
  for (let y = 0; y < height; y++) spread(set, rows, 1, width, y * width);
  for (let x = 0; x < width; x++) spread(rows, result, width, height, x);
  return result;
}

/**
 * @param window with the object and `BOUNDARY_BAND` pixels around it, as far as the map reaches
 * @param inside 1 for the object's pixels
 * @returns undefined for an object without a pixel
 */
export function measureWindow({ rect, data }: MapWindow, inside: Uint8Array): MapMeasures | undefined {
  const { width, height } = rect;
  const outer = widened(inside, width, height);
  const inner = widened(
    inside.map((value) => 1 - value),
    width,
    height,
  );
  let [count, sum, peak, near, bits] = [0, 0, 0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const octet = data[i] ?? 0;
    if (inside[i] === 1) {
      count++;
      sum += octet;
      peak = Math.max(peak, octet);
    }
    if (outer[i] === 1 && inner[i] === 1) {
      near++;
      bits += entropy[octet] ?? 0;
    }
  }
  if (count === 0) return undefined;
  return { mean: sum / count / 255, peak: peak / 255, boundaryEntropy: near === 0 ? 0 : bits / near };
}
