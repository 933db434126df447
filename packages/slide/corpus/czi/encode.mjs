/** Compresses samples by other people's programs, as ZEN stores them: Debian's zstd and JxrEncApp. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blueFirst } from '../../tests/czi/czi-builder.mjs';

/** @param folder for files in between */
export function encoders(folder) {
  /** Of a file, so that the size is in the frame: libCZI reads no other. */
  const zstd = (bytes) => {
    const input = join(folder, 'plain');
    writeFileSync(input, bytes);
    return new Uint8Array(execFileSync('zstd', ['-q', '-c', '-7', input], { maxBuffer: 2 ** 28 }));
  };
  /** Colours of 8 bits blue first, which this encoder takes of a BMP only; all else of a PNM. */
  const jpegXr = (picture, quality) => {
    const { samples, bits } = picture;
    const isBmp = samples === 3 && bits === 8;
    const [input, out] = [join(folder, isBmp ? 'in.bmp' : 'in.pnm'), join(folder, 'out.jxr')];
    writeFileSync(input, isBmp ? bmp(picture) : pnm(picture));
    const format = { '1-8': 2, '1-16': 3, '3-8': 0, '3-16': 10 }[`${samples}-${bits}`];
    execFileSync('JxrEncApp', ['-i', input, '-o', out, '-c', String(format), '-q', String(quality)]);
    return new Uint8Array(readFileSync(out));
  };
  return { zstd, jpegXr };
}

const pnm = ({ width, height, samples, bits, data }) =>
  Buffer.concat([Buffer.from(`P${samples === 3 ? 6 : 5}\n${width} ${height}\n${2 ** bits - 1}\n`), data]);

/** The lowest row first, rows filled up to four bytes. */
function bmp(picture) {
  const { width, height } = picture;
  const pixels = blueFirst(picture);
  const stride = Math.ceil((3 * width) / 4) * 4;
  const out = Buffer.alloc(54 + stride * height);
  out.write('BM');
  out.writeUInt32LE(out.length, 2);
  out.writeUInt32LE(54, 10);
  out.writeUInt32LE(40, 14);
  out.writeInt32LE(width, 18);
  out.writeInt32LE(height, 22);
  out.writeUInt16LE(1, 26);
  out.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    out.set(pixels.subarray(y * width * 3, (y + 1) * width * 3), 54 + (height - 1 - y) * stride);
  }
  return out;
}
