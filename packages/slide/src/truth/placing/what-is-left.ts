/** What is left of each object once all of a file are painted: one without a pixel must not count as one that is labelled. */
import { coverOf, type PolygonCover, type RunMask } from '@ftuseg/core';
import { SlideError } from '../../slide-error.js';
import type { LeftOutReason } from '../report/report.js';
import type { LabelSets } from './label-sets.js';
import type { Placed } from './sort-shapes.js';

/** Why a mapped object on the slide has no pixel in the labels. */
export type NothingLeft = Extract<
  LeftOutReason,
  'without a pixel' | 'outside annotated areas' | 'in ignored areas' | 'under later objects'
>;

/** Pixels of an object, and those of them that have a label. */
function coverOfObject(
  { polygons }: Placed,
  mask: RunMask,
  counts: (label: number) => boolean,
  rows?: readonly [from: number, to: number],
): PolygonCover {
  const covers = polygons.map((rings) => coverOf(rings, mask, counts, rows));
  return {
    pixels: covers.reduce((sum, { pixels }) => sum + pixels, 0),
    labelled: covers.reduce((sum, { labelled }) => sum + labelled, 0),
  };
}

/** Whether the row through the middle of an object is enough to tell: of most it is, and costs next to nothing. */
function isSeenInTheMiddle(
  one: Placed,
  mask: RunMask,
  counts: (label: number) => boolean,
  key: keyof PolygonCover,
): boolean {
  const row = Math.floor((Math.max(0, one.box.top) + Math.min(mask.height, one.box.bottom)) / 2);
  return coverOfObject(one, mask, counts, [row, row + 1])[key] > 0;
}

/** Whether an object has pixels, and none of them in an area. */
export function isOutside(one: Placed, area: RunMask): boolean {
  const any = (): boolean => true;
  if (isSeenInTheMiddle(one, area, any, 'labelled')) return false;
  const { pixels, labelled } = coverOfObject(one, area, any);
  return pixels > 0 && labelled === 0;
}

export interface PaintedLabels {
  readonly labels: RunMask;
  /** The labels where something is known. */
  readonly known: RunMask;
  readonly hasIgnored: boolean;
  readonly sets: LabelSets;
}

/**
 * @param label that the object was painted with; undefined for areas that are none of labels, and for what takes away: these need only cover a pixel
 * @returns undefined: at least one pixel is left
 */
export function whyNothingIsLeft(
  one: Placed,
  label: number | undefined,
  { labels, known, hasIgnored, sets }: PaintedLabels,
): NothingLeft | undefined {
  const counts = (found: number): boolean => label !== undefined && sets.holds(found, label);
  if (isSeenInTheMiddle(one, known, counts, label === undefined ? 'pixels' : 'labelled')) return undefined;
  const { pixels, labelled } = coverOfObject(one, known, counts);
  if (pixels === 0) return 'without a pixel';
  if (label === undefined || labelled > 0) return undefined;
  if (coverOfObject(one, labels, counts).labelled === 0) return 'under later objects';
  return hasIgnored ? 'in ignored areas' : 'outside annotated areas';
}

/** @throws SlideError `bad-input` where no object of a file covers a pixel */
export function refuseWithoutPixels(why: readonly (NothingLeft | undefined)[], subject: string): void {
  if (why.length === 0 || why.some((reason) => reason !== 'without a pixel')) return;
  throw new SlideError(
    'bad-input',
    `${why.length === 1 ? 'its object covers no' : `none of its ${why.length} objects covers a`} centre of a pixel`,
    {
      subject,
      hint: 'they are smaller than a pixel, or take themselves away as an outline that is drawn twice does; coordinates are pixels of level 0',
    },
  );
}
