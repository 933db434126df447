/** Whether drawn glomeruli are as large as glomeruli are: outlines of a smaller level, or in micrometres, lie on the slide as well, and would be learnt from. */
import { equivalentDiameter, quantileOf, type Ring, twoDigits } from '@ftuseg/core';
import { KNOWN_NAMES } from '../../classes/class-names.js';

/** Of the glomeruli of a slide that its border does not cut. */
export interface GlomerulusSize {
  readonly count: number;
  /** The median diameter of discs of their areas, µm. */
  readonly diameter: number;
}

/** Fewer say little: one may be cut at its edge. */
const FEWEST = 3;
/** Medians of any animal's glomeruli, sclerotic ones too, lie well between these, µm. */
const USUAL = { least: 30, most: 600 };

/** "sclerotic glomerulus", "C3 glomerulus"; not "glomerular cell". */
const GLOMERULUS = /^(?:[^ ]+ )?glomerul(?:us|i)$/i;

/** Whether an object is a glomerulus by its name in the file, or by the classes that it counts as. */
export const isGlomerulus = (name: string | undefined, classes: readonly string[]): boolean =>
  (name !== undefined && KNOWN_NAMES.has(name)) || classes.some((one) => GLOMERULUS.test(one));

/** The area that a ring encloses. */
function areaOf(ring: Ring): number {
  let sum = 0;
  for (let i = 0, before = ring.length - 2; i < ring.length; before = i, i += 2) {
    sum += (ring[before] as number) * (ring[i + 1] as number) - (ring[i] as number) * (ring[before + 1] as number);
  }
  return Math.abs(sum) / 2;
}

/** The diameter of a disc of the area of polygons without their holes, pixels. */
export function diameterOf(polygons: readonly (readonly Ring[])[]): number {
  const areas = polygons.map(([outer, ...holes]) =>
    holes.reduce((left, hole) => left - areaOf(hole), outer === undefined ? 0 : areaOf(outer)),
  );
  return equivalentDiameter(Math.max(0, ...areas));
}

/** @param diameters pixels */
export function sizeOfGlomeruli(
  diameters: readonly number[],
  micronsPerPixel: number | undefined,
): GlomerulusSize | undefined {
  if (micronsPerPixel === undefined || diameters.length === 0) return undefined;
  const median = quantileOf(
    [...diameters].sort((a, b) => a - b),
    0.5,
  );
  return { count: diameters.length, diameter: median * micronsPerPixel };
}

/** The median of slides' medians, each as often as it has glomeruli. */
function medianOf(sizes: readonly GlomerulusSize[]): number | undefined {
  const total = sizes.reduce((sum, { count }) => sum + count, 0);
  if (total < FEWEST) return undefined;
  let seen = 0;
  for (const { count, diameter } of [...sizes].sort((a, b) => a.diameter - b.diameter)) {
    seen += count;
    if (2 * seen >= total) return diameter;
  }
  return undefined;
}

/** @returns a sentence where the glomeruli of a table are too small or too large to be some */
export function sizeRemark(sizes: readonly GlomerulusSize[]): string | undefined {
  const median = medianOf(sizes);
  if (median === undefined || (median >= USUAL.least && median <= USUAL.most)) return undefined;
  return `glomeruli measure ${twoDigits(median)} µm in the median, where ${USUAL.least} to ${USUAL.most} µm are usual: are their outlines of another level of the slide or in micrometres, where pixels of level 0 are asked, or is its scale wrong (column "mpp")?`;
}
