/**
 * Cortex and medulla of a synthetic slide as polygons, as coarse as people draw them. The competition has them beside every slide.
 */
import { eachOutline, objectsOf, type Ring, raster, runsOfRaster } from '@ftuseg/core';
import { createLayout } from '../ground/layout.js';
import { featuresOf, type SlideSpec } from '../spec.js';

/** Slide pixels per cell of the map that is outlined. */
const CELL = 16;
/** Cells; smaller medulla, such as a ray, counts as cortex, and smaller cortex as nothing. */
const LEAST = 60;
const [CORTEX, MEDULLA] = [1, 2];

export interface AnatomyRegion {
  readonly name: 'Cortex' | 'Medulla';
  /** Polygons of rings of corners x, y, x, y, ... in slide pixels; the first corner is not repeated. */
  readonly polygons: readonly (readonly Ring[])[];
}

export interface Anatomy {
  readonly regions: readonly AnatomyRegion[];
  /** Of the tissue, 0 to 1. */
  readonly cortex: number;
}

export function anatomyOf(spec: SlideSpec): Anatomy {
  const { seed, micronsPerPixel: mpp, slideWidth, slideHeight } = spec;
  const layout = createLayout(seed, { width: slideWidth * mpp, height: slideHeight * mpp }, featuresOf(spec));
  const [width, height] = [Math.ceil(slideWidth / CELL), Math.ceil(slideHeight / CELL)];
  const cells = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x + 0.5) * CELL * mpp, (y + 0.5) * CELL * mpp];
      if (layout.tissue(u, v) > 0) cells[y * width + x] = layout.medulla(u, v) > 0.45 ? MEDULLA : CORTEX;
    }
  }
  forgetSmall(cells, width, height, MEDULLA, CORTEX);
  forgetSmall(cells, width, height, CORTEX, 0);
  const mask = runsOfRaster(raster(width, height, 1, cells));
  const objects = objectsOf(mask);
  const outlines = eachOutline(mask, objects);
  const regions = objects.objects.map(({ label }): AnatomyRegion => {
    const polygons = (outlines.next().value ?? []).map(({ rings }) =>
      rings.map((ring) =>
        Float64Array.from(ring, (value, i) => Math.min(value * CELL, i % 2 === 0 ? slideWidth : slideHeight)),
      ),
    );
    return { name: label === MEDULLA ? 'Medulla' : 'Cortex', polygons };
  });
  const count = (label: number): number => cells.reduce((sum, value) => sum + (value === label ? 1 : 0), 0);
  const tissue = count(CORTEX) + count(MEDULLA);
  return { regions, cortex: tissue === 0 ? 1 : count(CORTEX) / tissue };
}

/** Gives small objects of one label another. */
function forgetSmall(cells: Uint8Array, width: number, height: number, label: number, becomes: number): void {
  const mask = runsOfRaster(raster(width, height, 1, cells));
  const { objects, objectOf } = objectsOf(mask, 4);
  for (let x = 0; x < width; x++) {
    for (let i = mask.columns[x] as number; i < (mask.columns[x + 1] as number); i++) {
      const object = objects[objectOf[i] as number];
      if (mask.labels[i] !== label || object === undefined || object.area >= LEAST) continue;
      for (let y = mask.starts[i] as number; y < (mask.ends[i] as number); y++) cells[y * width + x] = becomes;
    }
  }
}
