/** The pixels of a WebP file in a page, without colour management. Transparent pixels show white paper. */
import { raster } from '@ftuseg/core';
import { decodeLibwebp } from '../../codecs/webp/libwebp.browser.js';
import { webpHeader } from '../../codecs/webp/webp-header.js';
import { SlideError } from '../../slide-error.js';
import { refuseBomb } from '../decoded-size.js';
import { onWhite, type Picture } from './picture.js';

export const isWebp = (head: Uint8Array): boolean =>
  head.length >= 12 && /^RIFF.{4}WEBP/s.test(String.fromCharCode(...head.subarray(0, 12)));

/**
 * @param data the whole file
 * @param name for messages
 * @throws {SlideError} `bad-input` for a damaged file, `unsupported` for an animation and for one that would take too much memory
 */
export async function decodeWebp(data: Uint8Array, name: string): Promise<Picture> {
  const header = webpHeader(data);
  if (header?.animated) {
    throw new SlideError('unsupported', 'animated WebP pictures are not decoded in a page', {
      subject: name,
      hint: 'save one picture of it as PNG',
    });
  }
  try {
    if (header === undefined) throw new Error('its header is not complete');
    const { width, height, opacity } = header;
    refuseBomb('', width * height * 4, { name, size: data.length });
    const pixels = await decodeLibwebp(data, header);
    const rgb = new Uint8Array(width * height * 3);
    for (let from = 0, to = 0; to < rgb.length; from += 4) {
      const alpha = opacity ? (pixels[from + 3] ?? 0) : 255;
      for (let c = 0; c < 3; c++, to++) rgb[to] = onWhite(pixels[from + c] ?? 0, alpha);
    }
    return { image: raster(width, height, 3, rgb), colours: 'RGB', opacity };
  } catch (cause) {
    if (cause instanceof SlideError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlideError('bad-input', `the image is damaged or cut off (${reason})`, {
      subject: name,
      hint: 'copy or export it again',
      cause,
    });
  }
}
