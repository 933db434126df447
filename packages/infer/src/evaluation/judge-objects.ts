/** Which objects of a mask are what they are called, by a truth, and how sure the network was of them. */
import { objectsOf, overlapsOf, type RunMask } from '@ftuseg/core';

export interface JudgedObject {
  /** Place among the objects of the mask. */
  readonly index: number;
  /** Whether most of it is true. */
  readonly outcome: 0 | 1;
}

/** An object is true where at least so much of it is. */
const MOST = 0.5;

/**
 * @param mask of one class, or of several with labels
 * @param truth for each label, from 1, what is true; a mask of any label
 * @param ignored what does not count; objects that lie there for the most part are left out
 * @example
 * judgeObjects(mask, [truth], undefined).filter(({ outcome }) => outcome === 1).length; // found for good
 */
export function judgeObjects(mask: RunMask, truth: readonly RunMask[], ignored: RunMask | undefined): JudgedObject[] {
  const found = objectsOf(mask);
  const right = truth.map((one) => overlapsOf(mask, found, one));
  const unknown = ignored === undefined ? undefined : overlapsOf(mask, found, ignored);
  return found.objects.flatMap(({ label, area }, index): JudgedObject[] => {
    const counted = area - (unknown?.[index] ?? 0);
    if (counted < MOST * area) return [];
    // What is ignored is true or not: nobody knows, and `truth` may say anything there.
    const share = Math.min(right[label - 1]?.[index] ?? 0, counted) / counted;
    return [{ index, outcome: share >= MOST ? 1 : 0 }];
  });
}
