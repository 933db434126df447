/** The objects of a slide as reports and annotations take them: one ring for each. */
import { eachOutline, FtuError, simplifyOutline } from '@ftuseg/core';
import type { ResultObject } from '@ftuseg/slide';
import { type MeasuredObject, rounded } from '../objects/object-measures.js';
import type { OutlinesToWrite } from '../objects/outline-features.js';

/** What an outline of one ring lacks. */
export interface OutlineLosses {
  /** Objects with holes, which the ring runs around. */
  holes: number;
  /** Objects of which parts meet only at corners: the ring is that of the largest. */
  parts: number;
  /** Objects of more corners than a report takes: their outlines have a larger tolerance. */
  coarser: number;
}

/** Pixels; at which no shape is left. */
const MAX_TOLERANCE = 4096;

/**
 * One after another, so that outlines of a million objects are never in memory together.
 * @param losses are counted up
 */
export function* resultObjects(
  { mask, found, measured, ids, simplify }: OutlinesToWrite,
  maxCorners: number,
  losses: OutlineLosses,
): Generator<ResultObject> {
  const outlines = eachOutline(mask, found);
  for (const [i, object] of measured.entries()) {
    const exact = outlines.next().value ?? [];
    let tolerance = simplify?.pixels ?? 0;
    let polygons = tolerance === 0 ? exact : simplifyOutline(exact, tolerance);
    let outline = largest(polygons.map(({ rings }) => rings[0] ?? new Float64Array()));
    if (outline.length > 2 * maxCorners) losses.coarser++;
    while (outline.length > 2 * maxCorners) {
      if (tolerance > MAX_TOLERANCE) {
        const problem = `an outline of ${outline.length / 2} corners does not fit into a report`;
        throw new FtuError('unsupported', problem, { subject: object.name, hint: 'ask for dicom-ann instead' });
      }
      tolerance = Math.max(1, 2 * tolerance);
      polygons = simplifyOutline(exact, tolerance);
      outline = largest(polygons.map(({ rings }) => rings[0] ?? new Float64Array()));
    }
    if (exact.length > 1) losses.parts++;
    if (exact.some(({ rings }) => rings.length > 1)) losses.holes++;
    yield { id: ids[i] ?? '', label: object.label, outline, ...sizeOf(object) };
  }
}

/** The ring that encloses most. */
const largest = (rings: readonly Float64Array[]): Float64Array =>
  rings.reduce((most, ring) => (enclosed(ring) > enclosed(most) ? ring : most), new Float64Array());

/** The shoelace formula, twice the area. */
function enclosed(ring: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const next = (i + 2) % ring.length;
    sum += (ring[i] as number) * (ring[next + 1] as number) - (ring[next] as number) * (ring[i + 1] as number);
  }
  return Math.abs(sum);
}

function sizeOf({ microns, probability }: MeasuredObject): Pick<ResultObject, 'area' | 'diameter' | 'probability'> {
  if (microns === undefined) throw new RangeError('objects of a slide without a scale are in no report');
  // As the other files have them.
  return {
    area: rounded(microns.area),
    diameter: rounded(microns.equivalentDiameter),
    probability: rounded(probability),
  };
}
