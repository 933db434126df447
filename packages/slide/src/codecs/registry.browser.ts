/** Codecs in a browser: its own for Deflate; JPEG and WebP by libraries in WebAssembly. No pixel passes through a canvas, which may change it. */
export { deflate } from './deflate/deflate.browser.js';
export { jpeg } from './jpeg/jpeg.browser.js';
export * from './registry.js';
export { webp } from './webp/webp.browser.js';
