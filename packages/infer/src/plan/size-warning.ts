/** Whether what was found has the size of what the networks were trained on: a scale that is off by two shows in nothing else. */
import { equivalentDiameter, isWhole, pixelArea, quantileOf, type RunObject, twoDigits } from '@ftuseg/core';
import type { SlidePlan } from './plan.js';

/** Fewer objects may all be small ones. */
const MIN_OBJECTS = 5;
/** Medians of slides lie between these parts of that of the training (measured: docs/predict.md). */
const USUAL = { least: 0.6, most: 1.6 };

/**
 * @param objects of all classes, level-0 pixels; those that the slide's edge cuts do not count, as in training
 * @returns a sentence where the median diameter, as the networks see it, is far from that of every model that knows one; undefined where it is not, for fewer
 * than five objects, and where no scale is known
 */
export function sizeWarning(
  objects: readonly Pick<RunObject, 'area' | 'box'>[],
  { slide, scale, members, settings }: Pick<SlidePlan, 'slide' | 'scale' | 'members' | 'settings'>,
): string | undefined {
  const known = members.flatMap(({ model }) => model.card.objectSizes?.diameters[1] ?? []);
  if (scale === undefined) return undefined;
  const whole = objects.filter(({ box }) => isWhole(box, slide));
  if (whole.length < MIN_OBJECTS) return undefined;
  const sorted = whole.map(({ area }) => equivalentDiameter(area * pixelArea(scale))).sort((a, b) => a - b);
  const median = quantileOf(sorted, 0.5);
  const shown = settings.scales.flatMap((times) =>
    known.map((there) => ({ times, there, part: (median * times) / there })),
  );
  const [nearest] = shown.sort((a, b) => Math.abs(Math.log(a.part)) - Math.abs(Math.log(b.part)));
  if (nearest === undefined || (nearest.part >= USUAL.least && nearest.part <= USUAL.most)) return undefined;
  const { times, there, part } = nearest;
  const than = part < 1 ? 'smaller' : 'larger';
  const enlarged = times === 1 ? '' : `; the networks see it at ${twoDigits(times)} of its size`;
  const sizes = `a diameter of ${twoDigits(median)} µm in the median of ${whole.length}, there ${twoDigits(there)} µm${enlarged}`;
  return `its objects are much ${than} than those of the training (${sizes}): is its scale right? If it is (a child, a mouse), setting scales to ${twoDigits(there / median)} shows the networks the size that they know`;
}
