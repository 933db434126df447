/** WebP by libvips. */
import type { Codec } from '../codec.js';
import { decodePicture } from '../decode-picture.node.js';
import { webpFacts } from './facts.js';

export const webp: Codec = { ...webpFacts, decode: (block) => decodePicture(block.data, block, 'webp') };
