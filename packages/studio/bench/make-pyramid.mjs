/** A slide for benches in little time: drawn tissue, laid out again and again. */
import { createRandom, raster } from '@ftuseg/core';
import { writePyramid } from '@ftuseg/slide';

const PATTERN = 2048;

/** Glomeruli, tubules and grain in PAS colours, periodic. */
function pattern() {
  const random = createRandom(11);
  const data = new Uint8Array(PATTERN * PATTERN * 3);
  const turn = (2 * Math.PI) / PATTERN;
  for (let y = 0; y < PATTERN; y++) {
    for (let x = 0; x < PATTERN; x++) {
      const tubule =
        Math.sin(40 * turn * x + 3 * Math.sin(6 * turn * y)) * Math.cos(36 * turn * y + 2 * Math.sin(9 * turn * x));
      const large = Math.sin(4 * turn * x) * Math.sin(3 * turn * y);
      const dye = 0.5 + 0.25 * tubule + 0.15 * large + 1.6 * (random.next() - 0.5) * (random.next() + 0.2);
      const at = (y * PATTERN + x) * 3;
      data[at] = 240 - 70 * dye;
      data[at + 1] = 230 - 150 * dye;
      data[at + 2] = 238 - 80 * dye;
    }
  }
  return data;
}

/** @returns seconds */
export async function makePyramid(path, side, tileSize, compression) {
  const began = performance.now();
  const drawn = pattern();
  function* bands() {
    for (let top = 0; top < side; top += 256) {
      const rows = Math.min(256, side - top);
      const band = new Uint8Array(side * rows * 3);
      for (let y = 0; y < rows; y++) {
        const line = drawn.subarray(((top + y) % PATTERN) * PATTERN * 3, (((top + y) % PATTERN) + 1) * PATTERN * 3);
        for (let left = 0; left < side; left += PATTERN) {
          const part = line.subarray(0, Math.min(PATTERN, side - left) * 3);
          band.set(part, (y * side + left) * 3);
        }
      }
      yield raster(side, rows, 3, band);
    }
  }
  await writePyramid(
    path,
    { width: side, height: side, channels: 3, tileSize, compression, micronsPerPixel: 0.25 },
    bands(),
  );
  return (performance.now() - began) / 1000;
}
