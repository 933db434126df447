/**
 * The pixels of a PNG in a page, where browsers would pass them through colour profiles and premultiplied opacity. Transparent pixels show
 * white paper. Source: W3C, Portable Network Graphics (third edition).
 */
import { raster } from '@ftuseg/core';
import { adam7, unfilter } from '../../labels/png-rows.js';
import { SlideError } from '../../slide-error.js';
import { refuseBomb } from '../decoded-size.js';
import { onWhite, type Picture } from './picture.js';
import { isPng, type PngParts, pngParts } from './png-parts.js';

export { isPng };

/**
 * @param data the whole file
 * @param name for messages
 * @returns RGB as it is stored, without colour management
 * @throws {SlideError} `bad-input` for a damaged file, `unsupported` for 16-bit samples and for one that would take too much memory
 */
export async function decodePng(data: Uint8Array, name: string): Promise<Picture> {
  const parts = pngParts(data, name);
  const { width, height, bits, channels, palette, transparency } = parts;
  if (bits === 16) {
    throw new SlideError('unsupported', '16-bit samples (ushort) are not supported', {
      subject: name,
      hint: 'save the image with 8 bits per channel',
    });
  }
  refuseBomb('', width * height * 4, { name, size: data.length });
  const samples = await samplesOf(parts, name);
  const colourOf = colours(parts);
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) colourOf(samples, i * channels, rgb, 3 * i);
  const opacity = channels % 2 === 0 || transparency !== undefined;
  const grey = channels < 3 && palette === undefined;
  return {
    image: raster(width, height, 3, rgb),
    colours: grey ? 'grey' : 'RGB',
    opacity,
  };
}

/** Samples of all rows, interleaved, as the numbers that are stored. */
async function samplesOf(parts: PngParts, name: string): Promise<Uint8Array> {
  const { width, height, bits, channels, interlaced, pieces } = parts;
  const passes = interlaced ? adam7(width, height) : [{ x: 0, y: 0, dx: 1, dy: 1, width, height }];
  const lengths = passes.map((pass) => (1 + Math.ceil((pass.width * channels * bits) / 8)) * pass.height);
  const rows = await inflate(
    pieces,
    lengths.reduce((sum, length) => sum + length, 0),
    name,
  );
  const out = new Uint8Array(width * height * channels);
  let from = 0;
  for (const [i, pass] of passes.entries()) {
    const length = lengths[i] ?? 0;
    unfilter(rows.subarray(from, from + length), pass, { bits, channels, out, width, path: name });
    from += length;
  }
  return out;
}

async function inflate(pieces: readonly Uint8Array<ArrayBuffer>[], bytes: number, name: string): Promise<Uint8Array> {
  const damaged = (problem: string, cause?: unknown): SlideError =>
    new SlideError('bad-input', `the image is damaged or cut off (${problem})`, {
      subject: name,
      hint: 'copy or export it again',
      cause,
    });
  const reader = new Blob([...pieces]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  const out = new Uint8Array(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw damaged(cause instanceof Error ? cause.message : String(cause), cause);
    });
    if (done) throw damaged(`it has ${filled} bytes of pixels where ${bytes} are needed`);
    const part = value.subarray(0, bytes - filled);
    out.set(part, filled);
    filled += part.length;
  }
  await reader.cancel();
  return out;
}

type Colour = (samples: Uint8Array, from: number, out: Uint8Array, to: number) => void;

/** How one pixel's samples become red, green and blue on white. */
function colours({ bits, channels, palette, transparency }: PngParts): Colour {
  if (palette !== undefined) {
    return (samples, from, out, to) => {
      const index = samples[from] ?? 0;
      const opacity = transparency?.[index] ?? 255;
      for (let c = 0; c < 3; c++) out[to + c] = onWhite(palette[3 * index + c] ?? 0, opacity);
    };
  }
  const scale = 255 / (2 ** bits - 1);
  const hasOpacity = channels % 2 === 0;
  const stored = hasOpacity ? channels - 1 : channels;
  return (samples, from, out, to) => {
    let opacity = hasOpacity ? (samples[from + stored] ?? 0) : 255;
    if (isTransparent(samples, from, stored, transparency)) opacity = 0;
    for (let c = 0; c < 3; c++) {
      out[to + c] = onWhite((samples[from + (stored === 1 ? 0 : c)] ?? 0) * scale, opacity);
    }
  };
}

/** Whether the pixel has the one colour that a tRNS chunk makes transparent (two bytes a sample). */
function isTransparent(samples: Uint8Array, from: number, stored: number, transparency: Uint8Array | undefined) {
  if (transparency === undefined) return false;
  for (let c = 0; c < stored; c++) if (samples[from + c] !== transparency[2 * c + 1]) return false;
  return true;
}
