/** WebP by the browser. */
import type { Codec } from '../codec.js';
import { decodeInBrowser } from '../decode-in-browser.js';
import { webpFacts } from './facts.js';

export const webp: Codec = {
  ...webpFacts,
  decode: (block) => decodeInBrowser(block.data, { ...block, type: 'image/webp' }),
};
