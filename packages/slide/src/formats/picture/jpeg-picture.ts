/**
 * The pixels of a JPEG file in a page, by the browser's decoder. What would turn or recolour them (EXIF, colour profiles) is taken out of the
 * stream before, so that they come as they are stored.
 */
import { raster } from '@ftuseg/core';
import { decodeInBrowser } from '../../codecs/decode-in-browser.js';
import { concat } from '../../codecs/jpeg/concat.js';
import { checkScans } from '../../codecs/jpeg/jpeg-scan.js';
import { SlideError } from '../../slide-error.js';
import { refuseBomb } from '../decoded-size.js';
import type { Picture } from './png-pixels.js';

export const isJpeg = (head: Uint8Array): boolean => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;

/**
 * @param data the whole file
 * @param name for messages
 * @throws {SlideError} `bad-input` for a damaged file, `unsupported` for CMYK, 12-bit samples and pictures too large for the browser
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
    const { stream, width, height, samples } = plainStream(data, name);
    refuseBomb('', width * height * samples, { name, size: data.length });
    checkScans(data);
    const rgb = await decodeInBrowser(stream, { type: 'image/jpeg', width, height, samples: 3 });
    return { image: raster(width, height, 3, rgb), pixels: `8-bit ${samples === 1 ? 'grey' : 'RGB'}` };
  } catch (cause) {
    return fail(cause);
  }
}

interface PlainStream {
  readonly stream: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly samples: number;
}

/** The stream without its APP1 and APP2 segments (EXIF, XMP, colour profile), and what its frame header says. */
function plainStream(data: Uint8Array, name: string): PlainStream {
  const kept: Uint8Array[] = [data.subarray(0, 2)];
  let frame: { width: number; height: number; samples: number } | undefined;
  const word = (at: number): number => (data[at] ?? 0) * 256 + (data[at + 1] ?? 0);
  for (let at = 2; at + 4 <= data.length; ) {
    const marker = data[at + 1] ?? 0;
    if (data[at] !== 0xff) throw new Error('its markers are damaged');
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xda) {
      if (frame === undefined) throw new Error('it has no frame header');
      kept.push(data.subarray(at));
      return { stream: concat(kept), ...frame };
    }
    const end = at + 2 + word(at + 2);
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      frame = { height: word(at + 5), width: word(at + 7), samples: data[at + 9] ?? 0 };
      refuse(data[at + 4] ?? 0, frame.samples, name);
    }
    if (marker !== 0xe1 && marker !== 0xe2) kept.push(data.subarray(at, end));
    at = end;
  }
  throw new Error('it ends before its samples');
}

function refuse(bits: number, samples: number, name: string): void {
  if (bits === 8 && (samples === 1 || samples === 3)) return;
  const what = bits === 8 ? `JPEGs of ${samples} components` : `JPEGs of ${bits} bits`;
  throw new SlideError('unsupported', `${what} are not decoded by browsers`, {
    subject: name,
    hint: 'save the image as 8-bit grey or RGB',
  });
}
