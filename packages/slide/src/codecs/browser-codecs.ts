/// <reference lib="dom" />
/**
 * Decoders in a browser: its own for Deflate, JPEG and WebP, ours for the rest. JPEG 2000 needs a WebAssembly file that the
 * page must serve, so a page adds it by `jpeg2000Decoder` where it wants it.
 */

import type { TiffRuntime } from '../formats/tiff/tiff-slide.js';
import { areaShrinker } from '../shrink/shrinker.js';
import type { EncodedBlock } from './codecs.js';
import { decodeInBrowser } from './decode-in-browser.js';
import { checkScans } from './jpeg/jpeg-scan.js';
import { checkJpeg, completeJpeg } from './jpeg/jpeg-stream.js';
import { decodeLzw } from './lzw.js';
import { decodePackBits } from './packbits.js';
import { decodeZstd } from './zstd.js';

/** @throws {Error} for damaged data, and for data that decode to more than the block holds */
export async function inflateBlock({ data, bytes }: EncodedBlock): Promise<Uint8Array> {
  const stream = new Blob([data.slice()]).stream().pipeThrough(new DecompressionStream('deflate'));
  const reader = stream.getReader();
  const out = new Uint8Array(bytes);
  for (let filled = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return out.subarray(0, filled);
    const room = bytes - filled;
    out.set(value.subarray(0, room), filled);
    filled += Math.min(value.length, room);
    if (filled < bytes) continue;
    // A decompression bomb ends here; so does the padding that writers put behind a page's last strip.
    await reader.cancel();
    return out;
  }
}

/** What `openTiffSlide` needs in a page or in a web worker. */
export const browserRuntime: TiffRuntime = {
  codecs: {
    none: ({ data }) => data,
    lzw: decodeLzw,
    packbits: decodePackBits,
    deflate: inflateBlock,
    zstd: decodeZstd,
    jpeg: async (block) => {
      checkJpeg(block);
      if (block.samples === 2 || block.samples === 4) {
        throw new Error(`JPEGs of ${block.samples} components are not decoded by browsers`);
      }
      const stream = completeJpeg(block);
      checkScans(stream);
      return decodeInBrowser(stream, { ...block, type: 'image/jpeg' });
    },
    webp: (block) => decodeInBrowser(block.data, { ...block, type: 'image/webp' }),
  },
  makeShrinker: areaShrinker,
};
