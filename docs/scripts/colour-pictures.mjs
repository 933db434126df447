/**
 * The picture in docs/colour.md: `node docs/scripts/colour-pictures.mjs`, after `make`. A row for each of two synthetic slides, H&E and PAS, whose numbers are
 * taken for those of a scanner with the test profile `lut16-lab.icc`; from left to right as stored, in sRGB by the profile, and then normalised by Reinhard and
 * by Macenko to the published colours.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { raster, standardStain } from '@ftuseg/core';
import { slideColours } from '@ftuseg/slide';
import { synthesiseRegion } from '@ftuseg/synth';
import sharp from 'sharp';

const SIDE = 230;
const SPACE = 4;
const profile = new Uint8Array(
  await readFile(new URL('../../packages/slide/tests/fixtures/icc/lut16-lab.icc', import.meta.url)),
);
const choices = [
  {},
  { icc: 'srgb' },
  { icc: 'srgb', stainNormalisation: standardStain.reinhard },
  { icc: 'srgb', stainNormalisation: standardStain.macenko },
];

const tiles = [];
for (const [row, stain] of ['he', 'pas'].entries()) {
  const spec = { seed: 32, micronsPerPixel: 3, slideWidth: 1333, slideHeight: 1333, stain };
  const whole = synthesiseRegion({ ...spec, x: 0, y: 0, width: 1333, height: 1333 }).image;
  const part = synthesiseRegion({ ...spec, x: 466, y: 466, width: SIDE, height: SIDE }).image;
  const slide = { readIccProfile: async () => profile };
  for (const [column, choice] of choices.entries()) {
    const { recolour = (picture) => picture } = await slideColours(slide, choice, async () => whole, stain);
    const { data } = recolour(raster(SIDE, SIDE, 3, part.data));
    const raw = { width: SIDE, height: SIDE, channels: 3 };
    tiles.push({ input: data, raw, left: column * (SIDE + SPACE), top: row * (SIDE + SPACE) });
  }
}
const size = (count) => count * (SIDE + SPACE) - SPACE;
await sharp({ create: { width: size(choices.length), height: size(2), channels: 3, background: 'white' } })
  .composite(tiles)
  .jpeg({ quality: 72, mozjpeg: true })
  .toFile(fileURLToPath(new URL('../images/colour.jpg', import.meta.url)));
