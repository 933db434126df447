/**
 * The picture of the stains in docs/synth.md: `node docs/scripts/stain-pictures.mjs`, after `make`. A column per stain, all of one seed; above the
 * plain slide, below with everything of `--hard`.
 */
import { fileURLToPath } from 'node:url';
import { HARD_FEATURES, synthesiseRegion } from '@ftuseg/synth';
import sharp from 'sharp';

const SIDE = 230;
const SPACE = 4;
const stains = ['pas', 'he', 'masson', 'silver'];
const rows = [{}, HARD_FEATURES];

const tiles = rows.flatMap((features, row) =>
  stains.map((stain, column) => {
    const slide = { seed: 32, micronsPerPixel: 3, slideWidth: 1333, slideHeight: 1333, features, stain };
    const { image } = synthesiseRegion({ ...slide, x: 466, y: 466, width: SIDE, height: SIDE });
    const raw = { width: SIDE, height: SIDE, channels: 3 };
    return { input: image.data, raw, left: column * (SIDE + SPACE), top: row * (SIDE + SPACE) };
  }),
);
const size = (count) => count * (SIDE + SPACE) - SPACE;
await sharp({ create: { width: size(stains.length), height: size(rows.length), channels: 3, background: 'white' } })
  .composite(tiles)
  .jpeg({ quality: 72, mozjpeg: true })
  .toFile(fileURLToPath(new URL('../images/stains.jpg', import.meta.url)));
