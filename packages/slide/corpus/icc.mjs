/**
 * sRGB by the ICC profiles of a folder that `scripts/make-icc-fixtures.py` made, against lcms2's: the largest difference in grey levels and the share of values
 * that differ. `node packages/slide/corpus/icc.mjs FOLDER SIDE`
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iccToSrgb } from '../dist/icc/to-srgb.js';

const [folder, side] = [process.argv[2], Number(process.argv[3])];
const step = (i) => Math.round((255 * i) / (side - 1));

for (const file of readdirSync(folder).filter((name) => name.endsWith('.icc'))) {
  const name = file.slice(0, -4);
  const change = iccToSrgb(new Uint8Array(readFileSync(join(folder, file))), file);
  const found = new Uint8Array(3 * side ** 3);
  const colour = new Float64Array(3);
  for (let i = 0, at = 0; i < side ** 3; i++, at += 3) {
    colour[0] = step(Math.floor(i / side ** 2));
    colour[1] = step(Math.floor(i / side) % side);
    colour[2] = step(i % side);
    change(colour);
    for (let c = 0; c < 3; c++) found[at + c] = Math.round(colour[c]);
  }
  const verdict = (ending) => {
    const expected = readFileSync(join(folder, `${name}.${ending}`));
    const counts = [];
    for (let i = 0; i < found.length; i++) {
      const difference = Math.abs(found[i] - expected[i]);
      counts[difference] = (counts[difference] ?? 0) + 1;
    }
    const other = (100 * (1 - (counts[0] ?? 0) / found.length)).toFixed(3);
    return `largest difference ${counts.length - 1}, ${other} % of values differ`;
  };
  console.log(`${name.padEnd(18)} exact lcms2: ${verdict('srgb')}; usual lcms2: ${verdict('usual')}`);
}
