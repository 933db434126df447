/** WebP by libvips. */
import type { Codec, EncodedBlock } from '../codec.js';
import { storedBlock, wholeBlock } from '../cut-block.js';
import { decodePicture } from '../decode-picture.node.js';
import { webpFacts } from './facts.js';
import { webpHeader } from './webp-header.js';

async function decode(block: EncodedBlock): Promise<Uint8Array> {
  const header = webpHeader(block.data);
  const stored = (header && storedBlock(block, header)) ?? block;
  return wholeBlock(await decodePicture(block.data, stored, 'webp'), stored, block);
}

export const webp: Codec = { ...webpFacts, decode };
