/** What a network said about the pixels of each object: values that belong to runs of the raw mask, averaged over cleaned objects. */
import { FtuError } from '../errors.js';
import type { RunObjects } from './objects.js';
import type { RunMask } from './run-mask.js';
import { touchingRuns } from './touching-runs.js';

/**
 * For each object the mean over its pixels of what `values` says of the run of `source` that each pixel lies in, such as a
 * mean probability. Pixels that no run of `source` covers, as in a filled hole, do not count.
 *
 * @param objects of `mask`, which may have been cleaned since `source`
 * @param values one for each run of `source`
 * @returns NaN for an object without a pixel in `source`
 * @throws FtuError `bad-input` for sizes that differ, or as many values as there are no runs
 * @example
 * const cleaned = cleanObjects(mask, { minimumArea: 5000 });
 * const probabilities = meansOverObjects(cleaned, objectsOf(cleaned), mask, probabilityOfRuns);
 */
export function meansOverObjects(
  mask: RunMask,
  { objects, objectOf }: RunObjects,
  source: RunMask,
  values: Float32Array | Float64Array,
): Float64Array {
  if (mask.width !== source.width || mask.height !== source.height || values.length !== source.starts.length) {
    throw new FtuError(
      'bad-input',
      `${values.length} values do not belong to ${source.starts.length} runs of that size`,
    );
  }
  const sums = new Float64Array(objects.length);
  const pixels = new Float64Array(objects.length);
  const add = (run: number, from: number, shared: number): void => {
    const object = objectOf[run] as number;
    sums[object] = (sums[object] as number) + shared * (values[from] as number);
    pixels[object] = (pixels[object] as number) + shared;
  };
  for (let x = 0; x < mask.width; x++) touchingRuns(mask, x, source, x, add);
  return sums.map((sum, i) => sum / (pixels[i] as number));
}
