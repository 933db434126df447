/** The pixels of a JPEG file in a page, as they are stored: what would turn or recolour them (EXIF, colour profiles) is passed over. */
import { raster } from '@ftuseg/core';
import { decodeTurbo } from '../../codecs/jpeg/turbo.browser.js';
import { SlideError } from '../../slide-error.js';
import { refuseBomb } from '../decoded-size.js';
import type { Picture } from './picture.js';

export const isJpeg = (head: Uint8Array): boolean => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;

/**
 * @param data the whole file
 * @param name for messages
 * @throws {SlideError} `bad-input` for a damaged file, `unsupported` for CMYK and 12-bit samples
 */
export async function decodeJpeg(data: Uint8Array, name: string): Promise<Picture> {
  const fail = (cause: unknown): never => {
    if (cause instanceof SlideError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlideError('bad-input', `the image is damaged or cut off (${reason})`, {
      subject: name,
      hint: 'copy or export it again',
      cause,
    });
  };
  try {
    const { width, height, samples } = frameOf(data, name);
    refuseBomb('', width * height * samples, { name, size: data.length });
    const decoded = await decodeTurbo({ stream: data, width, height, samples });
    const rgb = samples === 3 ? decoded : new Uint8Array(3 * decoded.length).map((_, i) => decoded[(i / 3) | 0] ?? 0);
    return { image: raster(width, height, 3, rgb), colours: samples === 1 ? 'grey' : 'RGB', opacity: false };
  } catch (cause) {
    return fail(cause);
  }
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly samples: number;
}

/** What the frame's header says. */
function frameOf(data: Uint8Array, name: string): Frame {
  const word = (at: number): number => (data[at] ?? 0) * 256 + (data[at + 1] ?? 0);
  for (let at = 2; at + 4 <= data.length; ) {
    const marker = data[at + 1] ?? 0;
    if (data[at] !== 0xff) throw new Error('its markers are damaged');
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xda) throw new Error('it has no frame header');
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const samples = data[at + 9] ?? 0;
      refuse(data[at + 4] ?? 0, samples, name);
      return { height: word(at + 5), width: word(at + 7), samples };
    }
    at += 2 + word(at + 2);
  }
  throw new Error('it ends before its samples');
}

function refuse(bits: number, samples: number, name: string): void {
  if (bits === 8 && (samples === 1 || samples === 3)) return;
  const what = bits === 8 ? `JPEGs of ${samples} components` : `JPEGs of ${bits} bits`;
  throw new SlideError('unsupported', `${what} are not decoded in a page`, {
    subject: name,
    hint: 'save the image as 8-bit grey or RGB',
  });
}
