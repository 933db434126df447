/**
 * Post-processing of a predicted mask: the steps that turn thresholded pixels into glomeruli as a person would draw them, from
 * runs, exactly and in a fixed order.
 */
import { FtuError } from '../../errors.js';
import { keepRuns, type RunMask } from '../run-mask.js';
import { fillHoles } from './fill-holes.js';
import { componentsOf } from './objects.js';
import { type SplitOptions, splitTouching } from './split-touching.js';

/** What is done to objects of a class; a step that is left out is not done. */
export interface ObjectCleaning {
  /** Objects stay only if one of their runs scores at least this: hysteresis thresholding (Canny 1986). Needs `scores`. */
  readonly hysteresis?: number | undefined;
  /** Holes of at most so many pixels are filled; Infinity: all. */
  readonly fillHoles?: number | undefined;
  /** Cuts objects that grew together. */
  readonly splitTouching?: SplitOptions | undefined;
  /** Objects of fewer pixels are dropped. */
  readonly minimumArea?: number | undefined;
}

export interface CleanOptions extends ObjectCleaning {
  /** For single labels, over what is said for all. */
  readonly classes?: Readonly<Record<number, ObjectCleaning>> | undefined;
  /** For each run of the mask, such as the highest probability in it. */
  readonly scores?: Float32Array | undefined;
  /** Of objects; default 8. */
  readonly connectivity?: 4 | 8 | undefined;
}

/**
 * Cleans a mask, always in this order: hysteresis (the scores belong to the mask as it is given), holes (a hole would look like a
 * waist), splitting, and the least area last, so that what a cut leaves is measured too.
 *
 * @throws FtuError `bad-input` for hysteresis without a score for each run, or options of `splitTouching` that it refuses
 * @example
 * cleanObjects(mask, { fillHoles: Number.POSITIVE_INFINITY, minimumArea: 5000, classes: { 2: { minimumArea: 2000 } } });
 */
export function cleanObjects(mask: RunMask, options: CleanOptions): RunMask {
  const { classes = {}, scores, connectivity = 8, ...all } = options;
  const settings = Array.from({ length: 256 }, (_, label): ObjectCleaning => ({ ...all, ...classes[label] }));
  const settingsOf = (label: number): ObjectCleaning => settings[label] ?? all;
  const any = (step: keyof ObjectCleaning): boolean => settings.some((one) => one[step] !== undefined);
  let cleaned = mask;
  if (any('hysteresis')) cleaned = dropUnsure(cleaned, scores, (label) => settingsOf(label).hysteresis, connectivity);
  if (any('fillHoles')) cleaned = fillHoles(cleaned, (label) => settingsOf(label).fillHoles ?? 0);
  if (any('splitTouching')) {
    cleaned = splitTouching(cleaned, (label) => settingsOf(label).splitTouching, connectivity);
  }
  if (!any('minimumArea')) return cleaned;
  return dropSmallObjects(cleaned, (label) => settingsOf(label).minimumArea ?? 0, connectivity).mask;
}

function dropUnsure(
  mask: RunMask,
  scores: Float32Array | undefined,
  threshold: (label: number) => number | undefined,
  connectivity: 4 | 8,
): RunMask {
  if (scores?.length !== mask.starts.length) {
    const given = scores === undefined ? 'none' : `${scores.length}`;
    throw new FtuError(
      'bad-input',
      `hysteresis needs a score for each of ${mask.starts.length} runs, there are ${given}`,
    );
  }
  const { count, labels, objectOf } = componentsOf(mask, connectivity);
  const best = new Float32Array(count).fill(Number.NEGATIVE_INFINITY);
  for (let run = 0; run < scores.length; run++) {
    const object = objectOf[run] as number;
    best[object] = Math.max(best[object] as number, scores[run] as number);
  }
  const least = Float64Array.from({ length: 256 }, (_, label) => threshold(label) ?? Number.NEGATIVE_INFINITY);
  return keepRuns(mask, (run) => {
    const object = objectOf[run] as number;
    return (best[object] as number) >= (least[labels[object] as number] as number);
  });
}

/**
 * @param minimumArea of objects of a label, pixels; smaller ones are dropped
 * @returns the mask without them, and how many they were
 */
export function dropSmallObjects(
  mask: RunMask,
  minimumArea: (label: number) => number,
  connectivity: 4 | 8 = 8,
): { readonly mask: RunMask; readonly dropped: number } {
  const { labels, areas, objectOf } = componentsOf(mask, connectivity);
  const small = Uint8Array.from(areas, (area, i) => Number(area < minimumArea(labels[i] as number)));
  const dropped = small.reduce((sum, one) => sum + one, 0);
  if (dropped === 0) return { mask, dropped };
  return { mask: keepRuns(mask, (run) => small[objectOf[run] as number] === 0), dropped };
}
