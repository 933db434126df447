/**
 * Holds what our binding makes of OpenSlide's pixels against Python's (see levels.mjs): VMU and VMS slides of our own generator, and slides of other formats
 * through the binding, whose levels are no whole number apart, overlap or are transparent in parts. Needs python3-openslide.
 *
 *     node packages/slide/corpus/openslide.mjs
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { buildMirax } from '../tests/mirax/mirax-builder.mjs';
import { buildVms } from '../tests/openslide/vms-builder.mjs';
import { buildVmu } from '../tests/openslide/vmu-builder.mjs';
import { buildBif, twoAreas } from '../tests/vendors/bif-builder.mjs';
import { buildScn, twoScans } from '../tests/vendors/scn-builder.mjs';

const picture = (width, height) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + Math.floor(i / (3 * width)) * 11) & 255),
});
const macro = await sharp(picture(90, 60).data, { raw: { width: 90, height: 60, channels: 3 } })
  .jpeg()
  .toBuffer();
const missing = await buildMirax({
  name: 'missing',
  photosAcross: 6,
  photosDown: 5,
  isMissing: (x, y) => (x + y) % 4 === 2,
});
const slides = {
  small: ['slide.vmu', buildVmu({ picture: picture(61, 43), map: picture(31, 22) })],
  columns: ['slide.vmu', buildVmu({ picture: picture(3000, 2100), map: picture(750, 525), columnWidth: 600, macro })],
  vms: [
    'slide.vms',
    buildVms({
      pictures: [
        [picture(512, 320), picture(512, 320)],
        [picture(512, 320), picture(512, 320)],
      ],
      map: picture(128, 80),
      interval: 16,
    }),
  ],
};
const others = {
  mirax: ['missing.mrxs', missing.files],
  bif: ['slide.bif', new Map([['slide.bif', buildBif(twoAreas)]])],
  scn: ['slide.scn', new Map([['slide.scn', buildScn(twoScans)]])],
};
const folder = await mkdtemp(join(tmpdir(), 'ftuseg-openslide-'));
const levels = fileURLToPath(new URL('levels.mjs', import.meta.url));
let status = 0;
for (const [options, all] of [
  [[], slides],
  [['--through-openslide'], others],
]) {
  const paths = [];
  for (const [name, [slide, files]] of Object.entries(all)) {
    for (const [file, bytes] of files) {
      const path = join(folder, name, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
    paths.push(join(folder, name, slide));
  }
  const { status: ended } = spawnSync(process.execPath, [levels, ...options, ...paths], { stdio: 'inherit' });
  status = Math.max(status, ended ?? 1);
}
await rm(folder, { recursive: true });
process.exit(status);
