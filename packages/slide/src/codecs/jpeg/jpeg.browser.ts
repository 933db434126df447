/** JPEG in a page: grey and three components. */
import type { Codec, EncodedBlock } from '../codec.js';
import { jpegFacts } from './facts.js';
import { checkScans } from './jpeg-scan.js';
import { checkJpeg, completeJpeg } from './jpeg-stream.js';
import { decodeTurbo } from './turbo.browser.js';

async function decode(block: EncodedBlock): Promise<Uint8Array> {
  checkJpeg(block);
  const stream = completeJpeg(block);
  const { width, height, samples } = block;
  return decodeTurbo({ stream, width, height, samples, walked: checkScans(stream) });
}

export const jpeg: Codec = { ...jpegFacts, decode };
