/** Deflate by the browser's own decompression stream. */
import type { Codec } from '../codec.js';
import { deflateFacts } from './facts.js';
import { inflateStream } from './inflate-stream.js';

export const deflate: Codec = {
  ...deflateFacts,
  // Writers put padding behind a page's last strip: it is left alone.
  decode: ({ data, bytes }) => inflateStream(data, bytes, 'deflate'),
};
