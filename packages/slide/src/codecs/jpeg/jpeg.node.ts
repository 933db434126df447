/** JPEG by libjpeg-turbo where the addon is built, else by libvips, with the same pixels. */
import { nativeReader } from '../../native.node.js';
import type { Codec, EncodedBlock } from '../codec.js';
import { decodePicture } from '../decode-picture.node.js';
import { jpegFacts } from './facts.js';
import { checkScans } from './jpeg-scan.js';
import { checkJpeg, completeJpeg } from './jpeg-stream.js';
import { decodeTurbo } from './turbo.node.js';

async function decode(block: EncodedBlock): Promise<Uint8Array> {
  checkJpeg(block);
  const fast = await decodeTurbo(block);
  if (fast !== undefined) return fast;
  const stream = completeJpeg(block);
  // libvips passes over what libjpeg only warns of, such as an end in the middle.
  checkScans(stream);
  return decodePicture(stream, block, 'jpeg');
}

export const jpeg: Codec = { ...jpegFacts, decode, decodesParts: nativeReader !== undefined };
