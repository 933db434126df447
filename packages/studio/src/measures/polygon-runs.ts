/** The pixels that a drawn object covers, as runs: what it is measured by, on the page and in what `ftu predict` writes. */
import { type Rect, type RunMask, type RunObjects, runsOfPolygons } from '@ftuseg/core';
import type { FlatPolygon } from '../protocol/objects.js';

/** Level-0 pixels. */
export interface SlideSize {
  readonly width: number;
  readonly height: number;
}

/** The smallest box of whole pixels around polygons; without area for none. */
export function boxOf(polygons: readonly FlatPolygon[]): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [outer = []] of polygons) {
    for (let i = 0; i + 1 < outer.length; i += 2) {
      const [x = Number.NaN, y = Number.NaN] = [outer[i], outer[i + 1]];
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  }
  if (left === Infinity) return { x: 0, y: 0, width: 0, height: 0 };
  const [x, y] = [Math.floor(left), Math.floor(top)];
  return { x, y, width: Math.ceil(right) - x, height: Math.ceil(bottom) - y };
}

/** The part of a box that lies on the slide. */
export function onSlide({ x, y, width, height }: Rect, slide: SlideSize): Rect {
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  const [right, bottom] = [Math.min(x + width, slide.width), Math.min(y + height, slide.height)];
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/**
 * The mask of polygons inside a window.
 * @param window at least one pixel wide and high; the mask's pixel (0, 0) is its upper left one
 */
export function runsInside(polygons: readonly FlatPolygon[], { x, y, width, height }: Rect): RunMask {
  const moved = polygons.map((rings) => ({
    label: 1,
    rings: rings.map((ring) => Float64Array.from(ring, (value, i) => value - (i % 2 === 0 ? x : y))),
  }));
  return runsOfPolygons(moved, width, height);
}

/** Pixels of a mask. */
export function pixelsOf({ starts, ends }: RunMask): number {
  let sum = 0;
  for (let run = 0; run < starts.length; run++) sum += (ends[run] ?? 0) - (starts[run] ?? 0);
  return sum;
}

/** All runs as one object: an object of several polygons has one mean. */
export function asOneObject({ objects, objectOf }: RunObjects): RunObjects {
  const [first] = objects;
  if (first === undefined || objects.length === 1) return { objects, objectOf };
  const area = objects.reduce((sum, object) => sum + object.area, 0);
  const mean = (axis: 'x' | 'y'): number =>
    objects.reduce((sum, object) => sum + object.centroid[axis] * object.area, 0) / area;
  const left = Math.min(...objects.map(({ box }) => box.x));
  const top = Math.min(...objects.map(({ box }) => box.y));
  const right = Math.max(...objects.map(({ box }) => box.x + box.width));
  const bottom = Math.max(...objects.map(({ box }) => box.y + box.height));
  const box = { x: left, y: top, width: right - left, height: bottom - top };
  const whole = { label: first.label, area, box, centroid: { x: mean('x'), y: mean('y') } };
  return { objects: [whole], objectOf: new Int32Array(objectOf.length) };
}
