import type { ModelCard, ObjectSizes } from '@ftuseg/nn';
import { describe, expect, it } from 'vitest';
import { leastAreaOf, leastAreas } from './least-area.js';

const glomeruli: ObjectSizes = { count: 100, diameters: [125, 160, 190] };
const cardWith = (objectSizes?: ObjectSizes): ModelCard =>
  ({ ...(objectSizes === undefined ? {} : { objectSizes }) }) as ModelCard;

describe('the least area of an object', () => {
  it('is a disc of 0.4 of the lower quartile where sizes are alike', () => {
    expect(leastAreaOf(glomeruli)).toBe(2000);
  });

  it('drops at most about one in a hundred of sizes that differ widely', () => {
    // Diameters whose logarithms are normal around 40 µm with a standard deviation of 1.
    const [lower, upper] = [40 * Math.exp(-0.6745), 40 * Math.exp(0.6745)];
    const diameter = 40 * Math.exp(-2.326);
    const area = leastAreaOf({ diameters: [lower, 40, upper] });
    expect(area / ((Math.PI / 4) * diameter ** 2)).toBeCloseTo(1, 1);
    expect(area).toBeLessThan((Math.PI / 4) * (0.4 * lower) ** 2);
  });

  it('is the smallest of an ensemble, and nothing where no card knows', () => {
    const small: ObjectSizes = { count: 9, diameters: [60, 80, 95] };
    expect(leastAreas([cardWith(glomeruli), cardWith(small), cardWith()], ['glomerulus'])).toEqual([
      leastAreaOf(small),
    ]);
    expect(leastAreas([cardWith()], ['glomerulus'])).toEqual([0]);
  });

  it('is that of each class, never of all together', () => {
    const classes = ['normal', 'sclerotic'];
    expect(leastAreas([cardWith(glomeruli)], classes)).toEqual([0, 0]);
    const each = { ...glomeruli, classes: { sclerotic: { count: 5, diameters: [75, 90, 110] } } } satisfies ObjectSizes;
    expect(leastAreas([cardWith(each)], classes)).toEqual([0, 710]);
  });
});
