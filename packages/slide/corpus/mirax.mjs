/**
 * Writes MIRAX slides of known photos and holds every level of them against OpenSlide (see levels.mjs). Needs python3-openslide.
 *
 *     node packages/slide/corpus/mirax.mjs
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { buildMirax } from '../tests/mirax/mirax-builder.mjs';

const encoder =
  (format) =>
  ({ width, height, data }) =>
    sharp(data, { raw: { width, height, channels: 3 } })
      .toFormat(format)
      .toBuffer();
const jpeg = { format: 'JPEG', encode: encoder('jpeg') };
const label = await encoder('jpeg')({
  width: 90,
  height: 60,
  data: new Uint8Array(90 * 60 * 3).map((_, i) => (i * 7) & 255),
});
const large = { photosAcross: 20, photosDown: 15, side: 64, divisions: 2, overlap: 16 };
const forms = {
  bmp: {},
  jpeg,
  png: { format: 'PNG', encode: encoder('png'), positions: 'packed' },
  sixteen: {
    ...jpeg,
    divisions: 4,
    side: 32,
    levels: 6,
    overlap: 32,
    shift: (x, y) => [32 * ((x + 2 * y) % 2), 32 * (x % 2)],
  },
  even: { ...jpeg, positions: 'none' },
  apart: { ...jpeg, positions: 'none', overlap: 0 },
  missing: { ...jpeg, photosAcross: 6, photosDown: 5, isMissing: (x, y) => (x + y) % 4 === 2 },
  corner: { ...jpeg, photosAcross: 6, photosDown: 6, isMissing: (x, y) => x < 2 || y < 3 },
  middle: { ...jpeg, photosAcross: 6, photosDown: 6, isMissing: (x, y) => x % 5 === 0 || y % 5 === 0, overlap: 16 },
  large: { ...jpeg, ...large, pictures: { label, macro: label, thumbnail: label } },
};
const folder = await mkdtemp(join(tmpdir(), 'ftuseg-mirax-'));
const paths = [];
for (const [name, options] of Object.entries(forms)) {
  const { files } = await buildMirax({ ...options, name });
  for (const [file, bytes] of files) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  paths.push(join(folder, `${name}.mrxs`));
}
const levels = fileURLToPath(new URL('levels.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [levels, ...paths], { stdio: 'inherit' });
await rm(folder, { recursive: true });
process.exit(status ?? 1);
