/** Whether what was found has the size of what the networks were trained on: a scale that is off by two shows in nothing else. */
import { equivalentDiameter, isWhole, pixelArea, quantileOf, type RunObject, twoDigits } from '@ftuseg/core';
import type { SlidePlan } from './plan.js';

/** Fewer objects may all be small ones. */
const MIN_OBJECTS = 5;
/** Medians of slides lie between these parts of that of the training (measured: docs/predict.md). */
const USUAL = { least: 0.6, most: 1.6 };

/**
 * @param objects of all classes, level-0 pixels; those that the slide's edge cuts do not count, as in training
 * @returns a sentence where the median diameter is far from that of every model that knows one; undefined where it is not, for fewer than five objects, and
 * where no scale is known
 */
export function sizeWarning(
  objects: readonly Pick<RunObject, 'area' | 'box'>[],
  { slide, scale, members }: Pick<SlidePlan, 'slide' | 'scale' | 'members'>,
): string | undefined {
  const known = members.flatMap(({ model }) => model.card.objectSizes?.diameters[1] ?? []);
  if (scale === undefined || known.length === 0) return undefined;
  const whole = objects.filter(({ box }) => isWhole(box, slide));
  if (whole.length < MIN_OBJECTS) return undefined;
  const sorted = whole.map(({ area }) => equivalentDiameter(area * pixelArea(scale))).sort((a, b) => a - b);
  const median = quantileOf(sorted, 0.5);
  const [nearest = 0] = known.toSorted((a, b) => Math.abs(Math.log(a / median)) - Math.abs(Math.log(b / median)));
  const part = median / nearest;
  if (part >= USUAL.least && part <= USUAL.most) return undefined;
  const than = part < 1 ? 'smaller' : 'larger';
  return `its objects are much ${than} than those of the training (a diameter of ${twoDigits(median)} µm in the median of ${whole.length}, there ${twoDigits(nearest)} µm): is its scale right?`;
}
