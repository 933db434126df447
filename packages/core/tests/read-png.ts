/**
 * The least of a PNG reader that the reference picture of ../shared/data needs: `core` stands below the package that reads images.
 * Format: https://www.w3.org/TR/png-3, 8 bits per channel, RGB, not interlaced.
 */
import { inflateSync } from 'node:zlib';
import { type Raster, raster } from '../src/raster/raster.js';

/** Of left, above and above left the one closest to left + above - above left (section 9.4 of the standard). */
function paeth(left: number, above: number, corner: number): number {
  const [a, b, c] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

export function readPng(file: Uint8Array): Raster {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  if (view.getUint32(24) >>> 8 !== 0x080200) throw new Error('not an 8-bit RGB PNG');
  const parts: Uint8Array[] = [];
  for (let at = 8; at < file.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === 0x49444154) parts.push(file.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  const packed = inflateSync(Buffer.concat(parts));
  const rowBytes = width * 3;
  const data = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const filter = packed[y * (rowBytes + 1)];
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x;
      const left = x < 3 ? 0 : (data[at - 3] ?? 0);
      const above = y === 0 ? 0 : (data[at - rowBytes] ?? 0);
      const corner = x < 3 || y === 0 ? 0 : (data[at - rowBytes - 3] ?? 0);
      const predictions = [0, left, above, (left + above) >> 1, paeth(left, above, corner)];
      data[at] = (packed[y * (rowBytes + 1) + 1 + x] ?? 0) + (predictions[filter ?? 0] ?? 0);
    }
  }
  return raster(width, height, 3, data);
}
