/** JPEG by the browser, which decodes grey and three components. */
import type { Codec, EncodedBlock } from '../codec.js';
import { decodeInBrowser } from '../decode-in-browser.js';
import { jpegFacts } from './facts.js';
import { checkScans } from './jpeg-scan.js';
import { checkJpeg, completeJpeg } from './jpeg-stream.js';

async function decode(block: EncodedBlock): Promise<Uint8Array> {
  checkJpeg(block);
  if (block.samples === 2 || block.samples === 4) {
    throw new Error(`JPEGs of ${block.samples} components are not decoded by browsers`);
  }
  const stream = completeJpeg(block);
  checkScans(stream);
  return decodeInBrowser(stream, { ...block, type: 'image/jpeg' });
}

export const jpeg: Codec = { ...jpegFacts, decode };
