/** Measures of many outlines on one map: neighbours share a window, so that no tile of the map is decoded once for each of them. */
import type { Rect } from '@ftuseg/core';
import type { FlatPolygon } from '../../protocol/objects.js';
import { grouped } from './grouped.js';
import { BOUNDARY_BAND, insideOf, type MapMeasures, measureWindow } from './map-window.js';
import { outlineShape } from './outline-shape.js';

/** A class's map of probabilities, read window by window: a slide's map may be larger than memory. */
export interface ProbabilityMap {
  readonly width: number;
  readonly height: number;
  /** Map pixels per level-0 pixel of the slide. */
  readonly scale: { readonly x: number; readonly y: number };
  /**
   * @param downsample map pixels per pixel of the result, 1 or more
   * @returns octets, row by row, 255 for 1
   */
  readonly octets: (rect: Rect, downsample: number) => Promise<{ width: number; height: number; data: Uint8Array }>;
}

/** Map pixels of a cell whose outlines are measured together. */
const CELL = 512;
/** A window's side in map pixels; a larger object is looked at from further away. */
const MAX_SIDE = 2048;

/** The map's pixels around an outline, with the band that `measureWindow` asks for. */
function windowOf(polygons: readonly FlatPolygon[], { width, height, scale }: ProbabilityMap): Rect {
  const [x, y, across, down] = outlineShape(polygons).box;
  const at = (value: number, length: number): number => Math.min(Math.max(value, 0), length - 1);
  const left = at(Math.floor(x * scale.x) - BOUNDARY_BAND, width);
  const top = at(Math.floor(y * scale.y) - BOUNDARY_BAND, height);
  const right = at(Math.ceil((x + across) * scale.x) + BOUNDARY_BAND, width);
  const bottom = at(Math.ceil((y + down) * scale.y) + BOUNDARY_BAND, height);
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function around(rects: readonly Rect[]): Rect {
  const [left, top] = [Math.min(...rects.map(({ x }) => x)), Math.min(...rects.map(({ y }) => y))];
  const right = Math.max(...rects.map(({ x, width }) => x + width));
  const bottom = Math.max(...rects.map(({ y, height }) => y + height));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

interface Octets {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

function cutOut({ width, data }: Octets, from: Rect, { x, y, width: across, height: down }: Rect): Uint8Array {
  const cut = new Uint8Array(across * down);
  for (let row = 0; row < down; row++) {
    const start = (y - from.y + row) * width + x - from.x;
    cut.set(data.subarray(start, start + across), row * across);
  }
  return cut;
}

/** An object without a pixel centre on the map has its nearest pixel's probability. */
function measured(rect: Rect, data: Uint8Array, inside: Uint8Array): MapMeasures | undefined {
  if (!inside.includes(1)) inside[(rect.height >> 1) * rect.width + (rect.width >> 1)] = 1;
  return measureWindow({ rect, data }, inside);
}

/**
 * @param outlines level-0 pixels
 * @returns for each outline, in order
 */
export async function measureOnMap(
  map: ProbabilityMap,
  outlines: readonly (readonly FlatPolygon[])[],
): Promise<(MapMeasures | undefined)[]> {
  const windows = outlines.map((polygons, i) => ({ i, polygons, rect: windowOf(polygons, map) }));
  const results = new Array<MapMeasures | undefined>(outlines.length);
  const small = windows.filter(({ rect }) => Math.max(rect.width, rect.height) <= MAX_SIDE - CELL);
  for (const cell of grouped(
    small,
    ({ rect }) => `${Math.floor(rect.x / CELL)} ${Math.floor(rect.y / CELL)}`,
  ).values()) {
    const whole = around(cell.map(({ rect }) => rect));
    const octets = await map.octets(whole, 1);
    for (const { i, polygons, rect } of cell) {
      results[i] = measured(rect, cutOut(octets, whole, rect), insideOf(polygons, rect, map.scale));
    }
  }
  for (const { i, polygons, rect } of windows) {
    const side = Math.max(rect.width, rect.height);
    if (side <= MAX_SIDE - CELL) continue;
    const octets = await map.octets(rect, Math.ceil(side / MAX_SIDE));
    const further = { x: octets.width / rect.width, y: octets.height / rect.height };
    const scale = { x: map.scale.x * further.x, y: map.scale.y * further.y };
    const seen = { x: rect.x * further.x, y: rect.y * further.y, width: octets.width, height: octets.height };
    results[i] = measured(seen, octets.data, insideOf(polygons, seen, scale));
  }
  return results;
}
