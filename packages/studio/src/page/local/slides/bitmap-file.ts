/** A small picture as a BMP: browsers show it, and no canvas, to which some add noise, has to encode it. */
import type { Raster } from '@ftuseg/core';

const HEAD = 54;

/** @param picture RGB */
export function bitmapFile({ width, height, channels, data }: Raster): Uint8Array<ArrayBuffer> {
  const row = (3 * width + 3) & ~3;
  const bytes = new Uint8Array(HEAD + row * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, HEAD, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  // Rows from the top.
  view.setInt32(22, -height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const to = HEAD + y * row + 3 * x;
      for (let i = 0; i < 3; i++) bytes[to + i] = data[from + 2 - i] ?? 0;
    }
  }
  return bytes;
}
