/** Windows of a plain picture as RGB, by libvips. */
import { constants } from 'node:buffer';
import { type Raster, raster } from '@ftuseg/core';
import { SlideError } from '../../slide-error.js';
import { inksToRgb } from '../tiff/pixels/to-rgb.js';
import { decode, decodeError, type ImageFile } from './image-file.node.js';

export interface PixelWindow {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes a window; transparent pixels show white paper, as on a scan.
 * @param invertedInks of CMYK: 255 is no ink
 */
export async function decodeWindow(
  { subject, input, metadata }: ImageFile,
  window: PixelWindow,
  invertedInks: boolean,
): Promise<Raster> {
  const { x, y, width, height } = window;
  if (width * height * 4 > constants.MAX_LENGTH) {
    throw new SlideError('unsupported', `a region of ${width} x ${height} pixels is too large to read at once`, {
      subject,
      hint: 'read it in parts',
    });
  }
  const whole = x === 0 && y === 0 && width === metadata.width && height === metadata.height;
  let pipeline = decode(input);
  if (metadata.hasAlpha) pipeline = pipeline.flatten({ background: '#ffffff' });
  if (!whole) pipeline = pipeline.extract({ left: x, top: y, width, height });
  const inks = metadata.space === 'cmyk';
  // Without a pipeline in CMYK, inks would pass through a profile.
  if (inks) pipeline = pipeline.pipelineColourspace('cmyk');
  const data = await pipeline
    .toColourspace(inks ? 'cmyk' : 'srgb')
    .raw()
    .toBuffer()
    .catch((error: unknown) => {
      throw decodeError(error, subject);
    });
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  if (!inks) return raster(width, height, 3, bytes);
  // libvips turns all inks round, for most are stored the other way.
  return raster(width, height, 3, inksToRgb(invertedInks ? bytes : bytes.map((value) => 255 - value), width * height));
}

/** A window of a decoded picture, copied row by row. */
export function cut(image: Raster, { x, y, width, height }: PixelWindow): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * 3;
    data.set(image.data.subarray(from, from + width * 3), row * width * 3);
  }
  return raster(width, height, 3, data);
}
