/**
 * Refuses maps, images and placements that do not belong together, before any memory is taken for them.
 */
import { FtuError } from '../errors.js';
import type { Raster } from '../raster/raster.js';
import type { CrfOptions } from './options.js';
import type { CropPlacement } from './plane.js';

/** Of a map of probabilities, pixels. */
export interface MapSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The image, where the options need one.
 * @throws FtuError `bad-input`
 */
export function checkInput(
  { width, height }: MapSize,
  image: Raster | undefined,
  placement: CropPlacement,
  options: CrfOptions,
): Raster | undefined {
  const { x, y, slideWidth, slideHeight } = placement;
  const fits = (from: number, length: number, slideLength: number): boolean =>
    [from, slideLength].every(Number.isSafeInteger) && from >= 0 && from + length <= slideLength;
  if (!fits(x, width, slideWidth) || !fits(y, height, slideHeight)) {
    throw new FtuError(
      'bad-input',
      `${width} x ${height} pixels at (${x}, ${y}) do not lie in a slide of ${slideWidth} x ${slideHeight}`,
      { subject: 'crf', hint: 'give the placement at the resolution of the probabilities' },
    );
  }
  if (options.bilateral === undefined) return undefined;
  if (image === undefined) {
    throw new FtuError('bad-input', 'the bilateral kernel needs the image', {
      subject: 'crf',
      hint: 'give it in the context, or leave the kernel out',
    });
  }
  if (image.width !== width || image.height !== height || image.channels !== 3) {
    const size = `${image.width} x ${image.height} x ${image.channels}`;
    throw new FtuError('bad-input', `the image is ${size}, the probabilities need ${width} x ${height} x 3`, {
      subject: 'crf',
    });
  }
  return image;
}

/**
 * Names the first sample that is not a probability.
 * @throws FtuError `bad-input`, always
 */
export function refuseProbabilities({ width, channels, data }: Raster<Float32Array>): never {
  const at = data.findIndex((p) => !(p >= -1e-4 && p <= 1 + 1e-4));
  const pixel = Math.floor(at / channels);
  const channel = channels === 1 ? '' : ` of channel ${at % channels}`;
  throw new FtuError(
    'bad-input',
    `the probability${channel} at (${pixel % width}, ${Math.floor(pixel / width)}) is ${data[at]}`,
    { subject: 'crf', hint: 'probabilities are numbers from 0 to 1; logits need a sigmoid first' },
  );
}

/** @throws FtuError `bad-input` for a map of another size or number of channels than what was prepared for */
export function checkSize(map: Raster<Float32Array>, { width, height }: MapSize, channels: number): void {
  if (map.width === width && map.height === height && map.channels === channels) return;
  throw new FtuError(
    'bad-input',
    `the probabilities are ${map.width} x ${map.height} x ${map.channels}, prepared was for ${width} x ${height} x ${channels}`,
    { subject: 'crf' },
  );
}
