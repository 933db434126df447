/**
 * Reads a label image: the numbers are classes, so they must arrive exactly as stored. Formats and pixel types that would change them
 * (JPEG, palettes, coloured pixels, 16 bits) are refused instead of guessed at.
 */
import { type Raster, raster } from '@ftuseg/core';
import { SlideError } from './errors.js';
import { decode, decodeError, openImageFile } from './image-file.js';
import { tiffPhotometric } from './tiff-photometric.js';

/**
 * One 8-bit label per pixel. Accepted: grey PNG and TIFF of up to 8 bits (1-, 2- and 4-bit values as stored: 0, 1, 2, ...),
 * and RGB(A) files whose colour channels are equal everywhere and that are fully opaque.
 *
 * @returns One channel.
 * @throws FtuError `not-found` or `io`; SlideError `unsupported` (JPEG, WebP, palette, white as zero, 16 bits) or `bad-input` (damaged, coloured, transparent).
 * @example
 * const labels = await readLabelImage('masks/slide-1.png');
 */
export async function readLabelImage(path: string): Promise<Raster> {
  const { metadata } = await openImageFile(path);
  const { width, height, format, bitsPerSample = 8 } = metadata;
  if (format !== 'png' && format !== 'tiff') {
    throw new SlideError('unsupported', `${format} files change label values`, {
      subject: path,
      hint: 'save labels as PNG',
    });
  }
  const photometric = format === 'tiff' ? await tiffPhotometric(path) : undefined;
  if (metadata.isPalette || photometric === 3) {
    throw new SlideError('unsupported', 'label images with a palette are not supported', {
      subject: path,
      hint: 'save labels as an 8-bit grey PNG',
    });
  }
  if (photometric === 0) {
    throw new SlideError('unsupported', 'label images where zero is white are not supported', {
      subject: path,
      hint: 'save labels as an 8-bit grey PNG',
    });
  }
  const { data, info } = await decode(path)
    .toColourspace(metadata.space === 'b-w' ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw decodeError(error, path);
    });
  const labels =
    info.channels === 1
      ? new Uint8Array(data.buffer, data.byteOffset, data.length)
      : equalChannels(data, info.channels, path);
  // The decoder stretches 1, 2 and 4 bits to 0..255.
  if (bitsPerSample < 8) {
    const step = 255 / (2 ** bitsPerSample - 1);
    for (let i = 0; i < labels.length; i++) labels[i] = Math.round((labels[i] ?? 0) / step);
  }
  return raster(width, height, 1, labels);
}

/** The common value of the colour channels of every pixel; `channels` 2 and 4 end with opacity. */
function equalChannels(data: Uint8Array, channels: number, path: string): Uint8Array {
  const colours = channels - ((channels + 1) % 2);
  const labels = new Uint8Array(data.length / channels);
  for (let i = 0, at = 0; i < labels.length; i++, at += channels) {
    const value = data[at] as number;
    for (let c = 1; c < colours; c++) {
      if (data[at + c] !== value) {
        throw new SlideError('bad-input', 'the label image has coloured pixels, so its values are not labels', {
          subject: path,
          hint: 'save labels as an 8-bit grey PNG',
        });
      }
    }
    if (colours < channels && data[at + colours] !== 255) {
      throw new SlideError('bad-input', 'the label image has transparent pixels, so its values are not labels', {
        subject: path,
        hint: 'save labels as an 8-bit grey PNG',
      });
    }
    labels[i] = value;
  }
  return labels;
}
