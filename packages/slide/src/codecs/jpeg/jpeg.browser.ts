/** JPEG in a page: grey and three components. */
import type { Codec, EncodedBlock } from '../codec.js';
import { jpegFacts } from './facts.js';
import { checkJpeg, completeJpeg } from './jpeg-stream.js';
import { decodeTurbo } from './turbo.browser.js';

async function decode(block: EncodedBlock): Promise<Uint8Array> {
  checkJpeg(block);
  const { width, height, samples } = block;
  return decodeTurbo({ stream: completeJpeg(block), width, height, samples });
}

export const jpeg: Codec = { ...jpegFacts, decode };
