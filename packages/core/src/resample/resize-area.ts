/**
 * Area resampling: every output pixel is the exact mean of the part of the input that it covers, fractions included.
 * The right filter to bring a slide or its labels down to the working resolution: no aliasing, and areas are preserved.
 */
import { coverage } from '../raster/coverage.js';
import { emptyRaster, type Raster, raster } from '../raster/raster.js';

/**
 * Calls `emit` with each output row of means, in order: Float64, `width` x channels, in the units of the input after `map`.
 * The row is reused between calls.
 *
 * @param map What a stored value counts as; the identity for images, an indicator for labels.
 */
export function eachAreaRow(
  image: Raster<Uint8Array | Float32Array>,
  width: number,
  height: number,
  map: Float64Array | undefined,
  emit: (row: Float64Array, y: number) => void,
): void {
  const { channels, data } = image;
  const samples = image.width * channels;
  const across = coverage(0, image.width, width, image.width);
  const down = coverage(0, image.height, height, image.height);
  const sums = new Float64Array(samples);
  const row = new Float64Array(width * channels);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    const weightsBegin = down.begin[y] as number;
    const weightsEnd = down.begin[y + 1] as number;
    for (let k = weightsBegin; k < weightsEnd; k++) {
      const weight = down.weights[k] as number;
      const base = ((down.first[y] as number) + k - weightsBegin) * samples;
      if (map === undefined) {
        for (let i = 0; i < samples; i++) sums[i] = (sums[i] as number) + weight * (data[base + i] as number);
      } else {
        for (let i = 0; i < samples; i++) {
          sums[i] = (sums[i] as number) + weight * (map[data[base + i] as number] as number);
        }
      }
    }
    for (let x = 0; x < width; x++) {
      const begin = across.begin[x] as number;
      const end = across.begin[x + 1] as number;
      const source = (across.first[x] as number) * channels;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = begin; k < end; k++) {
          sum += (across.weights[k] as number) * (sums[source + (k - begin) * channels + c] as number);
        }
        row[x * channels + c] = sum;
      }
    }
    emit(row, y);
  }
}

/**
 * Resamples an 8-bit image by exact area average, rounded to the nearest value. Any ratio, whole or not, per axis
 * (the box filter; OpenCV's INTER_AREA when shrinking).
 *
 * @param width Output pixels, positive.
 * @throws FtuError `bad-input` for a size that is not a positive integer.
 * @example
 * resizeArea(slideRegion, Math.round(slideRegion.width / 4), Math.round(slideRegion.height / 4));
 */
export function resizeArea(image: Raster, width: number, height: number): Raster {
  const out = emptyRaster(width, height, image.channels);
  if (image.width === width && image.height === height) {
    out.data.set(image.data);
    return out;
  }
  const samples = width * image.channels;
  eachAreaRow(image, width, height, undefined, (row, y) => {
    const base = y * samples;
    for (let i = 0; i < samples; i++) out.data[base + i] = Math.floor((row[i] as number) + 0.5 + 1e-9);
  });
  return out;
}

/**
 * `resizeArea` of probabilities: nothing is rounded.
 *
 * @throws FtuError `bad-input` for a size that is not a positive integer.
 * @example
 * resizeAreaFloat(probability, 256, 256);
 */
export function resizeAreaFloat(image: Raster<Float32Array>, width: number, height: number): Raster<Float32Array> {
  const samples = width * image.channels;
  const out = raster(width, height, image.channels, new Float32Array(samples * height));
  eachAreaRow(image, width, height, undefined, (row, y) => out.data.set(row, y * samples));
  return out;
}

// Weights are fractions, so that a coverage of one half can come out as 0.4999...; half must count as covered.
const HALF = 0.5 - 1e-9;

/**
 * Resamples label images by majority of area: a pixel is foreground where at least half of what it covers is non-zero, and takes the
 * non-zero label that covers most of it (the smaller value on a tie). Each channel by itself. For one label this is
 * "area average >= 0.5"; no value appears that the input does not have.
 *
 * @throws FtuError `bad-input` for a size that is not a positive integer.
 * @example
 * resampleMask(labels, Math.round(labels.width / 8), Math.round(labels.height / 8));
 */
export function resampleMask(mask: Raster, width: number, height: number): Raster {
  const out = emptyRaster(width, height, mask.channels);
  if (mask.width === width && mask.height === height) {
    out.data.set(mask.data);
    return out;
  }
  const present = new Uint8Array(256);
  for (let i = 0; i < mask.data.length; i++) present[mask.data[i] as number] = 1;
  const labels = [...present.keys()].filter((value) => value > 0 && present[value] === 1);
  const samples = width * mask.channels;
  const total = new Float64Array(out.data.length);
  const best = labels.length > 1 ? new Float64Array(out.data.length) : undefined;
  for (const label of labels) {
    const indicator = new Float64Array(256);
    indicator[label] = 1;
    eachAreaRow(mask, width, height, indicator, (row, y) => {
      for (let i = 0; i < samples; i++) {
        const at = y * samples + i;
        const share = row[i] as number;
        if (share === 0) continue;
        total[at] = (total[at] as number) + share;
        if (best === undefined) out.data[at] = label;
        else if (share > (best[at] as number) + 1e-9) {
          best[at] = share;
          out.data[at] = label;
        }
      }
    });
  }
  for (let i = 0; i < total.length; i++) if ((total[i] as number) < HALF) out.data[i] = 0;
  return out;
}
