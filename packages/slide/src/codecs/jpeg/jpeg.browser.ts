/** JPEG in a page: grey and three components. */
import type { Codec, EncodedBlock } from '../codec.js';
import { wholeBlock } from '../cut-block.js';
import { jpegFacts } from './facts.js';
import { checkJpeg, completeJpeg } from './jpeg-stream.js';
import { decodeTurbo } from './turbo.browser.js';

async function decode(block: EncodedBlock): Promise<Uint8Array> {
  const stored = checkJpeg(block);
  const { width, height, samples } = stored;
  return wholeBlock(await decodeTurbo({ stream: completeJpeg(block), width, height, samples }), stored, block);
}

export const jpeg: Codec = { ...jpegFacts, decode };
