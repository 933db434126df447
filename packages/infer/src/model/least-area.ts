/**
 * Below which area an object cannot be one, from the sizes that the model card remembers: half of what networks invent on hospitals that they have not
 * seen is smaller than any glomerulus (docs/accuracy.md).
 */
import { twoDigits } from '@ftuseg/core';
import type { ModelCard, ObjectSizes } from '@ftuseg/nn';

/** Of the lower quartile of diameters: 0.4 of a glomerulus of 125 µm is 50 µm, the width of a proximal tubule. */
const OF_LOWER_QUARTILE = 0.4;
/** Of a normal distribution, in standard deviations: one in a hundred is lower. */
const ONE_IN_A_HUNDRED = 2.326;
/** Between the quartiles of a normal distribution, in standard deviations. */
const BETWEEN_QUARTILES = 1.349;

type Sizes = Pick<ObjectSizes, 'diameters'>;

/**
 * The area of a disc of 0.4 times the lower quartile of the diameters, or of the diameter that one trained object in a hundred does not reach if
 * their logarithms are normally distributed, whichever is smaller: where sizes differ widely, hardly anything is too small.
 * @returns square micrometres, two digits
 */
export function leastAreaOf({ diameters: [lower, median, upper] }: Sizes): number {
  const spread = Math.log(upper / lower) / BETWEEN_QUARTILES;
  const diameter = Math.min(OF_LOWER_QUARTILE * lower, median * Math.exp(-ONE_IN_A_HUNDRED * spread));
  return twoDigits((Math.PI / 4) * diameter ** 2);
}

/**
 * For each class of several models that answer as one: the least that a card gives.
 * @returns square micrometres; 0 where no card knows the sizes of the class
 */
export function leastAreas(cards: readonly ModelCard[], classes: readonly string[]): readonly number[] {
  return classes.map((name) => {
    const known = cards.flatMap(({ objectSizes }) => sizesOf(objectSizes, name, classes.length) ?? []);
    return known.length === 0 ? 0 : Math.min(...known.map(leastAreaOf));
  });
}

/** Sizes of all classes together say nothing of one of several. */
const sizesOf = (sizes: ObjectSizes | undefined, name: string, classes: number): Sizes | undefined =>
  classes === 1 ? sizes : sizes?.classes?.[name];
