/** WebP in a page: RGB, with or without opacity. */
import type { Codec, EncodedBlock } from '../codec.js';
import { storedBlock, wholeBlock } from '../cut-block.js';
import { webpFacts } from './facts.js';
import { decodeLibwebp } from './libwebp.browser.js';
import { type WebpHeader, webpHeader } from './webp-header.js';

async function decode(block: EncodedBlock): Promise<Uint8Array> {
  const header = webpHeader(block.data);
  if (header === undefined) throw new Error('it does not start as a WebP');
  const stored = storedBlock(block, header) ?? block;
  return wholeBlock(await decodeStored(stored, header), stored, block);
}

async function decodeStored(block: EncodedBlock, header: WebpHeader): Promise<Uint8Array> {
  const { data, width, height, samples } = block;
  const channels = header.opacity ? 4 : 3;
  if (header.width !== width || header.height < height || (samples !== channels && samples !== 4)) {
    const found = `${header.width} x ${header.height} pixels of ${channels} samples`;
    throw new Error(`it has ${found}, not ${width} x ${height} of ${samples}`);
  }
  // An edge tile may be stored at its full height; higher than four of these is an attack.
  if (header.height > 4 * Math.max(height, 256)) throw new Error(`it has ${header.height} rows, not ${height}`);
  const pixels = await decodeLibwebp(data, header);
  const out = new Uint8Array(width * height * samples);
  for (let from = 0, to = 0; to < out.length; from += 4) {
    for (let c = 0; c < samples; c++, to++) out[to] = pixels[from + c] ?? 0;
  }
  return out;
}

export const webp: Codec = { ...webpFacts, decode };
