/** JPEG by libjpeg-turbo where the addon is built, else by libvips, with the same pixels. */
import { nativeReader } from '../../native.node.js';
import type { BlockPart, Codec, EncodedBlock } from '../codec.js';
import { wholeBlock } from '../cut-block.js';
import { decodePicture } from '../decode-picture.node.js';
import { jpegFacts } from './facts.js';
import { checkJpeg, completeJpeg, withoutWarnings } from './jpeg-stream.js';
import { decodeTurbo, decodeTurboPart } from './turbo.node.js';

async function decode(block: EncodedBlock): Promise<Uint8Array> {
  const stored = checkJpeg(block);
  return wholeBlock(await decodeStored(stored), stored, block);
}

async function decodeStored(block: EncodedBlock): Promise<Uint8Array> {
  const fast = await decodeTurbo(block);
  if (fast !== undefined) return fast;
  const stream = completeJpeg(block);
  // libvips passes over what libjpeg only warns of, such as an end in the middle, and fails where nothing but the end marker is missing.
  return decodePicture(withoutWarnings(stream) ?? stream, block, 'jpeg');
}

async function decodePart(block: EncodedBlock, part: BlockPart): Promise<void> {
  await decodeTurboPart(checkJpeg(block), part);
}

export const jpeg: Codec = { ...jpegFacts, decode, ...(nativeReader === undefined ? {} : { decodePart }) };
