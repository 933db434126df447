/**
 * Point resampling: bilinear for probabilities and images that grow, nearest for labels.
 * Pixel centres are at half-integers, as in OpenCV and in PyTorch with align_corners=false.
 */
import { allocateLike } from '../raster/allocate.js';
import { type PixelData, type Raster, raster } from '../raster/raster.js';
import { sampleBilinear, stretchTaps } from './bilinear-rows.js';

/**
 * Bilinear resampling with half-pixel centres and clamped edges: OpenCV's INTER_LINEAR, PyTorch's
 * `interpolate(mode='bilinear', align_corners=False)`. Integer samples are rounded to the nearest value. It does not average
 * when shrinking by more than 2: use `resizeArea` there.
 *
 * @throws FtuError `bad-input` for a size that is not a positive integer.
 * @example
 * resizeBilinear(probability, slide.width, slide.height); // Float32 stays Float32
 */
export function resizeBilinear<D extends PixelData>(image: Raster<D>, width: number, height: number): Raster<D> {
  const out = raster(width, height, image.channels, allocateLike(image.data, width * height * image.channels));
  stretch(image, out);
  return out;
}

/**
 * `resizeBilinear` of an 8-bit image without rounding: TensorFlow's `tf.image.resize` (bilinear, half-pixel centres, no antialiasing), whose
 * result is float32 whatever goes in. Shrinking by 4 gives the mean of the central 2 x 2 of each 4 x 4, by 2 that of all four.
 *
 * @returns the units of the input, 0..255
 * @throws FtuError `bad-input` for a size that is not a positive integer.
 * @example
 * resizeBilinearFloat(window, 256, 256);
 */
export function resizeBilinearFloat(image: Raster, width: number, height: number): Raster<Float32Array> {
  const out = raster(width, height, image.channels, new Float32Array(width * height * image.channels));
  stretch(image, out);
  return out;
}

function stretch(image: Raster<PixelData>, out: Raster<PixelData>): void {
  const { width, channels, data } = image;
  const across = stretchTaps(width, out.width);
  sampleBilinear(data, { width, channels, top: 0 }, across, stretchTaps(image.height, out.height), out.data);
}

/**
 * Nearest-neighbour resampling by pixel centres (PyTorch's 'nearest-exact'): the input pixel that holds the output pixel's
 * centre. Keeps label values. To shrink labels, `resampleMask` keeps areas better.
 *
 * @throws FtuError `bad-input` for a size that is not a positive integer.
 * @example
 * resizeNearest(labels, labels.width * 2, labels.height * 2);
 */
export function resizeNearest<D extends PixelData>(image: Raster<D>, width: number, height: number): Raster<D> {
  const { channels } = image;
  const out = raster(width, height, channels, allocateLike(image.data, width * height * channels));
  const stored: PixelData = out.data;
  const source: PixelData = image.data;
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) * image.width) / width));
  let at = 0;
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * image.height) / height) * image.width;
    for (let x = 0; x < width; x++) {
      const from = (row + (columns[x] as number)) * channels;
      for (let c = 0; c < channels; c++) stored[at++] = source[from + c] as number;
    }
  }
  return out;
}
