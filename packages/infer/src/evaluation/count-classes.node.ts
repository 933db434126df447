/** What a prediction's mask and a slide's truth have in common, class by class. */
import { FtuError, intersectCounts, matchObjects, objectCounts, type RunMask, subtractRuns } from '@ftuseg/core';
import { runsOfLabels } from './class-runs.node.js';
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
 * As `evaluatePredictions` takes what `ftu predict` writes: every label is foreground of a single class; of several, label k is class k - 1.
 * @param labels of the prediction, k for the models' class k - 1
 * @param predicted how many classes the models know
 * @param truth one mask of label 1 for each class, and what does not count
 * @throws {FtuError} `bad-input` for a truth of several classes that are not as many as the models'
 */
export function countClasses(
  labels: RunMask,
  predicted: number,
  { classes: truth, ignored }: TruthOfClasses,
  iou: number,
): ClassCounts[] {
  const wanted = truth.length;
  if (wanted > 1 && wanted !== predicted) {
    const found = predicted === 1 ? 'one class' : `${predicted} classes`;
    throw new FtuError('bad-input', `the prediction has ${found}, ${wanted} classes are to be scored`, {
      hint: 'name the classes as they were in training',
    });
  }
  return truth.map((mask, c) => {
    const own = runsOfLabels(labels, (label) => wanted === 1 || label === c + 1);
    return compareClasses(own, mask, { iou, ignored }).counts;
  });
}
