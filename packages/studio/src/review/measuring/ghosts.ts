/** Candidates that the threshold dropped: regions of some probability in which no object was found. */
import { eachOutline, objectsOf, overlapsOf, type RunMask, simplifyOutline } from '@ftuseg/core';
import { COORDINATE_STEPS, type FlatPolygon } from '../../protocol/objects.js';

/** Map pixels: below, a region is a speck of any map. */
export const MIN_GHOST_PIXELS = 12;
/** Of a slide; the largest are kept. */
export const MAX_GHOSTS = 20_000;

export interface Ghosts {
  /** Outlines in level-0 pixels, the largest region first. */
  readonly outlines: readonly (readonly FlatPolygon[])[];
  /** Regions beyond `MAX_GHOSTS`, which are left out. */
  readonly leftOut: number;
}

const onGrid = (value: number): number => Math.round(value * COORDINATE_STEPS) / COORDINATE_STEPS;

/**
 * Connected regions of pixels from the lower threshold on that share no pixel with an object: where a region does, it is that object's blurred edge. A region may reach
 * the threshold, too: then post-processing dropped it.
 *
 * @param low pixels of at least the lower threshold, on the map's grid
 * @param objects what was found, on the same grid, of all classes
 * @param scale map pixels per level-0 pixel
 */
export function ghostsOf(low: RunMask, objects: RunMask, scale: { readonly x: number; readonly y: number }): Ghosts {
  const found = objectsOf(low);
  const covered = overlapsOf(low, found, objects);
  const areas = found.objects.map(({ area }, i) => (covered[i] === 0 && area >= MIN_GHOST_PIXELS ? area : 0));
  const largest = [...areas.keys()]
    .filter((i) => (areas[i] ?? 0) > 0)
    .sort((a, b) => (areas[b] ?? 0) - (areas[a] ?? 0) || a - b);
  const kept = new Map(largest.slice(0, MAX_GHOSTS).map((object, place) => [object, place]));
  const outlines = new Array<FlatPolygon[]>(kept.size);
  let number = 0;
  for (const polygons of eachOutline(low, found)) {
    const place = kept.get(number++);
    if (place === undefined) continue;
    outlines[place] = simplifyOutline(polygons, 1).map(({ rings }) =>
      rings.map((ring) => Array.from(ring, (value, i) => onGrid(value / (i % 2 === 0 ? scale.x : scale.y)))),
    );
  }
  return { outlines, leftOut: largest.length - kept.size };
}
