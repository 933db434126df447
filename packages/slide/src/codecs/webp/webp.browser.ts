/** WebP by the browser. */
import type { Codec } from '../codec.js';
import { decodePicture } from '../decode-picture.browser.js';
import { webpFacts } from './facts.js';

export const webp: Codec = { ...webpFacts, decode: (block) => decodePicture(block.data, block, 'image/webp') };
