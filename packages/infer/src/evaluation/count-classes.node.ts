/** What a prediction's mask and a slide's truth have in common, class by class. */
import { FtuError, intersectCounts, matchObjects, objectCounts, type RunMask } from '@ftuseg/core';
import { runsOfLabels } from './class-runs.node.js';
import type { ClassCounts } from './scores.js';

export function compareClasses(prediction: RunMask, truth: RunMask | undefined, iou: number) {
  if (truth === undefined) throw new RangeError('there is a truth for every class');
  const matched = matchObjects(prediction, truth, { iou });
  const counts: ClassCounts = { pixels: intersectCounts(prediction, truth), objects: objectCounts(matched) };
  return { prediction, truth, matched, counts };
}

/**
 * As `evaluatePredictions` takes what `ftu predict` writes: every label is foreground of a single class; of several, label k is class k - 1.
 * @param labels of the prediction, k for the models' class k - 1
 * @param predicted how many classes the models know
 * @param truth one mask of label 1 for each class
 * @throws {FtuError} `bad-input` for a truth of several classes that are not as many as the models'
 */
export function countClasses(
  labels: RunMask,
  predicted: number,
  truth: readonly RunMask[],
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
    return compareClasses(own, mask, iou).counts;
  });
}
