/** Codecs that run in Node and in a browser. */
export { lzw } from './lzw.js';
export { none } from './none.js';
export { packBits } from './packbits.js';
export { zstd } from './zstd.js';
