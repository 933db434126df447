/** JPEG 2000 in Node: the package of OpenJPEG is CommonJS and finds its WebAssembly beside itself. */
import type { Codec } from '../codec.js';
import { jpeg2000Codec } from './jpeg-2000.js';

export const jpeg2000: Codec = jpeg2000Codec(async () => {
  const { default: start } = await import('@cornerstonejs/codec-openjpeg/decodewasmjs');
  const silent = (): void => undefined;
  return start({ print: silent, printErr: silent });
});
