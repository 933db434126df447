/** Which threshold of a coarse map keeps a share of objects, and what that is worth for others. */
import { bootstrapIntervals, wilsonInterval } from '@ftuseg/core';

/** A true object of a calibration slide. */
export interface CoarseObject {
  /** Up to this value of the widened map, 0..255, it lies wholly in what is looked at again. */
  readonly lowest: number;
  /** Slides of one group are left out together. */
  readonly group: string;
}

/**
 * The highest threshold, 0..255, at which at least a share of the objects lies wholly in what is looked at.
 * @param objects one or more
 * @param recall above 0, up to 1
 * @example
 * thresholdFor([9, 200, 31], 1); // 9
 */
export function thresholdFor(lowest: readonly number[], recall: number): number {
  const sorted = [...lowest].sort((a, b) => a - b);
  // Shares such as 0.9 of 10 are not exact.
  const missed = Math.floor((1 - recall) * sorted.length + 1e-9);
  return sorted[Math.min(missed, sorted.length - 1)] as number;
}

export interface HeldOutRecall {
  readonly count: number;
  readonly lookedAt: number;
  /** 95 %, of the share. */
  readonly interval: readonly [number, number];
}

/**
 * The recall of each group of slides at the threshold of the others. The interval is, at each end, the wider of Wilson's, for which objects are independent, and
 * the bootstrap over groups, for which they are not, and which knows nothing where nothing was missed.
 * @returns undefined for a single group
 */
export function heldOutRecall(objects: readonly CoarseObject[], recall: number): HeldOutRecall | undefined {
  const groups = new Set(objects.map(({ group }) => group));
  if (groups.size < 2) return undefined;
  const lowestOf = (test: (one: CoarseObject) => boolean): number[] => objects.filter(test).map(({ lowest }) => lowest);
  const kept = [...groups].map((group) => {
    // At 0 everything would be looked at, and that is no cascade.
    const threshold = Math.max(
      thresholdFor(
        lowestOf((one) => one.group !== group),
        recall,
      ),
      1,
    );
    return lowestOf((one) => one.group === group).map((lowest) => lowest >= threshold);
  });
  const shareOf = (sample: readonly boolean[]): number => sample.filter(Boolean).length / Math.max(sample.length, 1);
  const all = kept.flat();
  const lookedAt = all.filter(Boolean).length;
  const byObjects = wilsonInterval(lookedAt, all.length) ?? { low: 0, high: 1 };
  const byGroups = bootstrapIntervals(kept, (sample) => ({ recall: shareOf(sample) }))?.recall ?? byObjects;
  const interval = [Math.min(byObjects.low, byGroups.low), Math.max(byObjects.high, byGroups.high)] as const;
  return { count: all.length, lookedAt, interval };
}
