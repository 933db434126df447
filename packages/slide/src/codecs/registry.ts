/** Codecs that run in Node and in a browser. */
export { dicomRle } from './dicom-rle.js';
export { jpeg2000 } from './jpeg-2000/jpeg-2000.js';
export { jpegLs } from './jpeg-ls/jpeg-ls.js';
export { jpegXr } from './jpeg-xr/jpeg-xr.js';
export { lzw } from './lzw.js';
export { none } from './none.js';
export { packBits } from './packbits.js';
export { zstd } from './zstd.js';
