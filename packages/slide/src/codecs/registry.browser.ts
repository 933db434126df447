/** Codecs in a browser: its own for Deflate, JPEG and WebP. JPEG 2000 needs a WebAssembly file that the page must serve: see `jpeg2000Codec`. */
export { deflate } from './deflate/deflate.browser.js';
export { jpeg } from './jpeg/jpeg.browser.js';
export * from './registry.js';
export { webp } from './webp/webp.browser.js';
