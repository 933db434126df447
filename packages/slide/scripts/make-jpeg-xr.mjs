/**
 * Writes the JPEG XR fixtures of tests/fixtures/jpeg-xr, and the pixels that JxrDecApp sees in the lossy ones. Needs Debian's libjxr-tools.
 *
 *     node packages/slide/scripts/make-jpeg-xr.mjs
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { samplesOf } from '../tests/czi/pictures.mjs';

const out = fileURLToPath(new URL('../tests/fixtures/jpeg-xr/', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'ftuseg-jxr-'));
mkdirSync(out, { recursive: true });

/** A PNM of the samples. Of 16 bits this encoder takes the low byte first, as it lies in memory. */
function pnm({ width, height, samples, bits, data }) {
  return Buffer.concat([Buffer.from(`P${samples === 3 ? 6 : 5}\n${width} ${height}\n${2 ** bits - 1}\n`), data]);
}

const files = {
  rgb: { samples: 3, bits: 8, format: 9, options: [] },
  rgb16: { samples: 3, bits: 16, format: 10, options: [] },
  grey: { samples: 1, bits: 8, format: 2, options: [] },
  grey16: { samples: 1, bits: 16, format: 3, options: [] },
  lossy: { samples: 3, bits: 8, format: 9, options: ['-q', '0.7'], lossy: true },
  'lossy-420': { samples: 3, bits: 8, format: 9, options: ['-q', '0.4', '-d', '1', '-l', '2'], lossy: true },
};
for (const [name, { samples, bits, format, options, lossy }] of Object.entries(files)) {
  const picture = samplesOf(61, 43, samples, bits);
  const [input, jxr, decoded] = [join(work, 'in.pnm'), join(out, `${name}.jxr`), join(work, 'out.bmp')];
  writeFileSync(input, pnm(picture));
  execFileSync('JxrEncApp', ['-i', input, '-o', jxr, '-c', String(format), ...options]);
  if (!lossy) continue;
  execFileSync('JxrDecApp', ['-i', jxr, '-o', decoded, '-c', '0']);
  const bmp = readFileSync(decoded);
  const [from, rows] = [bmp.readUInt32LE(10), bmp.readInt32LE(22)];
  const { width, height } = picture;
  const stride = Math.ceil((3 * width) / 4) * 4;
  const rgb = Buffer.alloc(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = from + (rows > 0 ? height - 1 - y : y) * stride + 3 * x;
      rgb.set([bmp[at + 2], bmp[at + 1], bmp[at]], 3 * (y * width + x));
    }
  }
  await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(join(out, `${name}.png`));
}
rmSync(work, { recursive: true });
