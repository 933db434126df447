/** Codecs in Node: zlib, libjpeg-turbo and libvips work on the thread pool, so that blocks are decoded side by side. */
export { deflate } from './deflate/deflate.node.js';
export { jpeg } from './jpeg/jpeg.node.js';
export * from './registry.js';
export { webp } from './webp/webp.node.js';
