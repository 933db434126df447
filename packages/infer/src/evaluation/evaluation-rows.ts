/** An evaluation for spreadsheets and statistics programs: one row for every slide and class. */
import type { Evaluation } from './evaluate.node.js';
import { scoresOf } from './scores.js';

/**
 * Scores, and the counts that they come from.
 * @example
 * await writeCsv('scores.csv', evaluationRows(evaluation));
 */
export function evaluationRows({ counts, classes, groupedBy }: Evaluation): Record<string, string | number>[] {
  return counts.flatMap((slide) =>
    slide.classes.map((own, c) => {
      const scores = scoresOf(own);
      const { pixels, objects } = own;
      return {
        id: slide.id,
        ...(groupedBy === null ? {} : { group: slide.group ?? '' }),
        class: classes[c]?.name ?? '',
        dice: scores.dice,
        iou: scores.iou,
        precision: scores.precision,
        recall: scores.recall,
        f1: scores.f1,
        segmentation_quality: scores.segmentationQuality,
        recognition_quality: scores.recognitionQuality,
        panoptic_quality: scores.panopticQuality,
        true_positives: objects.truePositives,
        false_negatives: objects.falseNegatives,
        false_positives: objects.falsePositives,
        truth_pixels: pixels.truth,
        predicted_pixels: pixels.prediction,
        shared_pixels: pixels.intersection,
      };
    }),
  );
}
