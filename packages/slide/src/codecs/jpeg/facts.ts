/** JPEG in TIFFs. Source: TIFF technical note 2 (compression 7). */
import type { CodecFacts } from '../codec.js';

export const jpegFacts: CodecFacts = { name: 'jpeg', codes: [7], lossless: false, pictureBits: [8], ownBitOrder: true };
