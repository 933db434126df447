/** Outlines of files as valid polygons on the grid: those that cross themselves are repaired and counted, never passed on. */
import { counted } from '@ftuseg/core';
import { clipToSlide, repairPolygons } from '../geometry/boolean.js';
import { MAX_COORDINATE } from '../geometry/grid.js';
import { polygonProblem } from '../geometry/validity/validity.js';
import { COORDINATE_STEPS, type FlatPolygon, type FlatRing } from '../protocol/objects.js';

/** In each the outer ring, then holes; closed or not, at any coordinates. */
export type RawPolygons = readonly (readonly FlatRing[] | readonly Float64Array[])[];

/** What was done to the objects of a file. */
export interface BaseReport {
  objects: number;
  /** Outlines that crossed or touched themselves, or others of their object. */
  repaired: number;
  /** Reached beyond the slide, and were cut there. */
  clipped: number;
  /** Points, lines, and what had no area on the slide. */
  leftOut: number;
  /** Ids that came twice, and are new. */
  renamed: number;
  /** What else was done to the file, in sentences without its name. */
  remarks: string[];
}

export const emptyReport = (): BaseReport => ({
  objects: 0,
  repaired: 0,
  clipped: 0,
  leftOut: 0,
  renamed: 0,
  remarks: [],
});

/** @returns sentences for people; none where nothing was done */
export function reportSentences(report: BaseReport, name: string): string[] {
  const { repaired, clipped, leftOut, renamed, remarks } = report;
  const said = (count: number, what: string): string[] => (count === 0 ? [] : [`${counted(count, 'object')} ${what}`]);
  const parts = [
    ...said(repaired, 'with broken outlines repaired'),
    ...said(clipped, 'cut off at the border of the slide'),
    ...said(leftOut, 'without an area left out'),
    ...said(renamed, 'with an id that came twice renamed'),
  ];
  return [...remarks, ...(parts.length === 0 ? [] : [parts.join(', ')])].map((text) => `${name}: ${text}`);
}

/**
 * @param slide its size where it is known: what lies beyond is cut off
 * @param report is added to
 * @returns none where nothing has an area
 */
export function validPolygons(
  polygons: RawPolygons,
  { width, height }: { readonly width?: number | undefined; readonly height?: number | undefined },
  report: BaseReport,
): readonly FlatPolygon[] {
  const rounded = polygons
    .map((rings) => rings.map(roundedRing).filter(({ length }) => length >= 6))
    .filter(({ length }) => length > 0);
  const isFar = rounded.some((rings) =>
    rings.some((ring) => ring.some((value) => !(Math.abs(value) <= MAX_COORDINATE))),
  );
  if (rounded.length === 0 || isFar) return [];
  let valid: readonly FlatPolygon[] = rounded;
  if (polygonProblem(rounded) !== undefined) {
    report.repaired++;
    valid = repairPolygons(rounded);
  }
  if (width === undefined || height === undefined || isWithin(valid, width, height)) return valid;
  report.clipped++;
  return clipToSlide(valid, { width, height });
}

const isWithin = (polygons: readonly FlatPolygon[], width: number, height: number): boolean =>
  polygons.every(([outer = []]) => outer.every((value, i) => value >= 0 && value <= (i % 2 === 0 ? width : height)));

/** On the grid, without repeated neighbours and without the point that closes the ring. */
function roundedRing(ring: FlatRing | Float64Array): number[] {
  const out: number[] = [];
  for (let i = 0; i + 1 < ring.length; i += 2) {
    const [x, y] = [onGrid(ring[i] ?? 0), onGrid(ring[i + 1] ?? 0)];
    if (out.length === 0 || out.at(-2) !== x || out.at(-1) !== y) out.push(x, y);
  }
  while (out.length > 2 && out[0] === out.at(-2) && out[1] === out.at(-1)) out.length -= 2;
  return out;
}

const onGrid = (value: number): number => Math.round(value * COORDINATE_STEPS) / COORDINATE_STEPS + 0;
