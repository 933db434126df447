/**
 * How well objects were found: precision, recall, F1 and panoptic quality from counts, which may be added up over slides.
 */
import type { MatchedObjects } from './object-matching.js';

export interface ObjectCounts {
  /** True objects that were found. */
  readonly truePositives: number;
  readonly falseNegatives: number;
  /** Predicted objects that are none. */
  readonly falsePositives: number;
  /** Of the true positives' intersections over unions. */
  readonly iouSum: number;
}

/** @example objectScores(objectCounts(matchObjects(prediction, truth))).f1; */
export function objectCounts({ truePositives, falseNegatives, falsePositives }: MatchedObjects): ObjectCounts {
  const iouSum = truePositives.reduce((sum, { iou }) => sum + iou, 0);
  return {
    truePositives: truePositives.length,
    falseNegatives: falseNegatives.length,
    falsePositives: falsePositives.length,
    iouSum,
  };
}

/** Adds counts of several slides. */
export function addObjectCounts(...counts: readonly ObjectCounts[]): ObjectCounts {
  let [truePositives, falseNegatives, falsePositives, iouSum] = [0, 0, 0, 0];
  for (const part of counts) {
    truePositives += part.truePositives;
    falseNegatives += part.falseNegatives;
    falsePositives += part.falsePositives;
    iouSum += part.iouSum;
  }
  return { truePositives, falseNegatives, falsePositives, iouSum };
}

/** All in [0, 1]. */
export interface ObjectScores {
  /** Share of the predicted objects that are true positives. */
  readonly precision: number;
  /** Share of the true objects that were found. */
  readonly recall: number;
  /** 2 true positives / (2 true positives + false negatives + false positives): the harmonic mean of precision and recall. */
  readonly f1: number;
  /** SQ: mean intersection over union of the true positives; 0 without any. */
  readonly segmentationQuality: number;
  /** RQ: by its definition the same number as `f1`. */
  readonly recognitionQuality: number;
  /** PQ = SQ x RQ. */
  readonly panopticQuality: number;
}

/**
 * Panoptic quality is that of Kirillov et al. 2019, "Panoptic Segmentation", equation 2. Where there are neither true nor predicted
 * objects everything is 1, as for `dice`; any other division of nothing by nothing gives 0.
 *
 * @example
 * objectScores({ truePositives: 3, falseNegatives: 1, falsePositives: 1, iouSum: 2.4 }).panopticQuality; // 0.8 * 0.75
 */
export function objectScores({ truePositives, falseNegatives, falsePositives, iouSum }: ObjectCounts): ObjectScores {
  const share = (part: number, whole: number): number => {
    if (truePositives + falseNegatives + falsePositives === 0) return 1;
    return whole === 0 ? 0 : part / whole;
  };
  const f1 = share(2 * truePositives, 2 * truePositives + falseNegatives + falsePositives);
  const segmentationQuality = share(iouSum, truePositives);
  return {
    precision: share(truePositives, truePositives + falsePositives),
    recall: share(truePositives, truePositives + falseNegatives),
    f1,
    segmentationQuality,
    recognitionQuality: f1,
    panopticQuality: segmentationQuality * f1,
  };
}
