/** WebP in TIFFs: libtiff's compression 50001. */
import type { CodecFacts } from '../codec.js';

export const webpFacts: CodecFacts = { name: 'webp', codes: [50001], lossless: false, pictureBits: [8] };
