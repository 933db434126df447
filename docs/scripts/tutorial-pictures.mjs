/**
 * Pictures of docs/tutorial.md from a folder in which its commands were run: `node docs/scripts/tutorial-pictures.mjs FOLDER`.
 * Crops are small, so that all pictures together are some 100 kB.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: node docs/scripts/tutorial-pictures.mjs FOLDER');
  process.exit(2);
}
const out = fileURLToPath(new URL('../images/tutorial/', import.meta.url));
mkdirSync(out, { recursive: true });

/** Left half of a slide of 1200 x 1200 pixels. */
const CROP = { left: 0, top: 100, width: 800, height: 600 };

/** @type {readonly [from: string, to: string, width: number, crop: boolean][]} */
const pictures = [
  ['slides/images/synth-7-07.png', 'slide.jpg', 480, true],
  ['out/overlays/synth-7-07.jpg', 'prediction.jpg', 480, true],
  ['errors/synth-7-07.jpg', 'errors.jpg', 480, true],
  ['run/curves.png', 'curves.jpg', 760, false],
];
for (const [from, to, width, crop] of pictures) {
  const picture = sharp(join(folder, from));
  const part = crop ? picture.extract(CROP) : picture.flatten({ background: 'white' });
  await part.resize({ width }).jpeg({ quality: 72, mozjpeg: true }).toFile(join(out, to));
}
