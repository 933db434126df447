/** What a prediction's mask and a slide's truth have in common, class by class. */
import { intersectCounts, matchObjects, objectCounts, type RunMask, subtractRuns } from '@ftuseg/core';
import type { ClassMap } from '@ftuseg/slide';
import { runsOfLabels } from './class-runs.node.js';
import { pairClasses } from './predictions/pair-classes.js';
import type { ClassCounts } from './scores.js';
import type { TruthOfClasses } from './truth-runs.node.js';

/**
 * @param truth label 1
 * @param ignored what does not count; see `matchObjects`
 */
export function compareClasses(
  prediction: RunMask,
  truth: RunMask | undefined,
  { iou, ignored }: { readonly iou: number; readonly ignored: RunMask | undefined },
) {
  if (truth === undefined) throw new RangeError('there is a truth for every class');
  const matched = matchObjects(prediction, truth, { iou, ignored });
  const known = (mask: RunMask): RunMask => (ignored === undefined ? mask : subtractRuns(mask, ignored));
  const pixels = intersectCounts(known(prediction), known(truth));
  const counts: ClassCounts = { pixels, objects: objectCounts(matched) };
  return { prediction, truth, matched, counts };
}

/**
 * As `evaluatePredictions` takes what `ftu predict` writes: classes are paired by name, see `pairClasses`.
 * @param labels of the prediction, k for the models' class k - 1
 * @param predicted names of the models' classes
 * @param truth one mask of label 1 for each class of the map, and what does not count
 * @throws {FtuError} `bad-input` for a class that the models do not know
 */
export function countClasses(
  labels: RunMask,
  predicted: readonly string[],
  { classes: truth, ignored }: TruthOfClasses,
  { iou, classes }: { readonly iou: number; readonly classes: ClassMap },
): ClassCounts[] {
  const pairs = pairClasses(predicted, classes, 'classes').predicted;
  return truth.map((mask, c) => {
    const own = runsOfLabels(labels, (label) => pairs[c]?.includes(label - 1) === true);
    return compareClasses(own, mask, { iou, ignored }).counts;
  });
}
