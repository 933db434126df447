/** Deflate with zlib's frame, under Adobe's number and the older one. Source: TIFF technical note 2, RFC 1950. */
import type { CodecFacts } from '../codec.js';

export const deflateFacts: CodecFacts = { name: 'deflate', codes: [8, 32946], lossless: true, predicts: true };
