/** The numbers that the chance of being wrong is computed from; the same names for objects and ghosts, in the order of the coefficients. */
import { GHOST_SHARE, type MeasuredItem } from './item.js';
import { logSizeRatio, shapeDistance, type TypicalSet } from './typical.js';

export const featureNames = ['disagreement', 'boundaryEntropy', 'shape', 'mean', 'peak', 'size', 'border'] as const;
export type FeatureName = (typeof featureNames)[number];

/** What is a step of each: coefficients are per step, so that those of one set mean the same in a set that varies more. */
export const featureSteps: Readonly<Record<FeatureName, number>> = {
  disagreement: 0.1,
  boundaryEntropy: 0.2,
  shape: 0.5,
  mean: 0.25,
  peak: 0.25,
  size: 1,
  border: 0.5,
};

/** Unset: unknown. */
export type Features = Readonly<Record<FeatureName, number | undefined>>;

const MAX_SIZE = 4;

/** Where a probability lies: of an object 0 at the threshold and 1 at certainty; of a ghost 0 at the lower threshold and 1 at the threshold. */
function placed(value: number | undefined, { kind, threshold }: MeasuredItem): number | undefined {
  if (value === undefined) return undefined;
  const [from, to] = kind === 'object' ? [threshold, 1] : [threshold * GHOST_SHARE, threshold];
  return to > from ? Math.min(2, Math.max(-1, (value - from) / (to - from))) : 0;
}

export function featuresOf(item: MeasuredItem, typical: TypicalSet): Features {
  const distance = shapeDistance(item, typical);
  const size = logSizeRatio(item, typical);
  return {
    disagreement: item.agreement === undefined ? undefined : 1 - item.agreement,
    boundaryEntropy: item.boundaryEntropy,
    shape: distance === undefined ? undefined : Math.log1p(distance),
    mean: placed(item.mean, item),
    peak: placed(item.peak, item),
    size: size === undefined ? undefined : Math.min(MAX_SIZE, Math.max(-MAX_SIZE, size)),
    border: item.border ? 1 : 0,
  };
}
