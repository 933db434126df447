/**
 * How well objects were found: precision, recall, F1 and panoptic quality from counts, which may be added up over slides.
 */
import type { MatchedObjects } from './object-matching.js';

export interface ObjectCounts {
  /** True objects that were found. */
  readonly hits: number;
  readonly missed: number;
  /** Predicted objects that are none. */
  readonly falseAlarms: number;
  /** Of the hits' intersections over unions. */
  readonly iouSum: number;
}

/** @example objectScores(objectCounts(matchObjects(prediction, truth))).f1; */
export function objectCounts({ hits, missed, falseAlarms }: MatchedObjects): ObjectCounts {
  const iouSum = hits.reduce((sum, { iou }) => sum + iou, 0);
  return { hits: hits.length, missed: missed.length, falseAlarms: falseAlarms.length, iouSum };
}

/** Adds counts of several slides. */
export function addObjectCounts(...counts: readonly ObjectCounts[]): ObjectCounts {
  let [hits, missed, falseAlarms, iouSum] = [0, 0, 0, 0];
  for (const part of counts) {
    hits += part.hits;
    missed += part.missed;
    falseAlarms += part.falseAlarms;
    iouSum += part.iouSum;
  }
  return { hits, missed, falseAlarms, iouSum };
}

/** All in [0, 1]. */
export interface ObjectScores {
  /** Share of the predicted objects that are hits. */
  readonly precision: number;
  /** Share of the true objects that were found. */
  readonly recall: number;
  /** 2 hits / (2 hits + missed + false alarms): the harmonic mean of precision and recall. */
  readonly f1: number;
  /** SQ: mean intersection over union of the hits; 0 without any. */
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
 * objectScores({ hits: 3, missed: 1, falseAlarms: 1, iouSum: 2.4 }).panopticQuality; // 0.8 * 0.75
 */
export function objectScores({ hits, missed, falseAlarms, iouSum }: ObjectCounts): ObjectScores {
  const share = (part: number, whole: number): number => {
    if (hits + missed + falseAlarms === 0) return 1;
    return whole === 0 ? 0 : part / whole;
  };
  const f1 = share(2 * hits, 2 * hits + missed + falseAlarms);
  const segmentationQuality = share(iouSum, hits);
  return {
    precision: share(hits, hits + falseAlarms),
    recall: share(hits, hits + missed),
    f1,
    segmentationQuality,
    recognitionQuality: f1,
    panopticQuality: segmentationQuality * f1,
  };
}
