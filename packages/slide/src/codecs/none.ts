/** Samples that are not compressed. */
import type { Codec } from './codec.js';

export const none: Codec = {
  name: 'none',
  codes: [1, 32771],
  lossless: true,
  decode: ({ data }) => data,
};
