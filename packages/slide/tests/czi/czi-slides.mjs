/** Mosaics of known tiles with their reduced pictures, and what must be seen of each level: tiles are unlike, so that overlaps show which lies on top. */
import { samplesOf, shownOf } from './pictures.mjs';

const canvas = (width, height, samples, bits, fill) => ({
  width,
  height,
  samples,
  bits,
  data: new Uint8Array(width * height * samples * (bits / 8)).fill(fill),
});

/** Copies a picture onto another, as far as it lies inside, and where `isShown`. */
function paste(from, to, left, top, isShown = (_x, _y) => true) {
  const size = from.samples * (from.bits / 8);
  for (let y = 0; y < from.height; y++) {
    for (let x = 0; x < from.width; x++) {
      const [column, row] = [left + x, top + y];
      if (column < 0 || row < 0 || column >= to.width || row >= to.height || !isShown(x, y)) continue;
      const at = (y * from.width + x) * size;
      to.data.set(from.data.subarray(at, at + size), (row * to.width + column) * size);
    }
  }
}

/** Every `factor`-th pixel of a part. */
function reduced(from, { x, y, width, height }, factor) {
  const [columns, rows] = [Math.ceil(width / factor), Math.ceil(height / factor)];
  const out = canvas(columns, rows, from.samples, from.bits, 0);
  const size = from.samples * (from.bits / 8);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = ((y + row * factor) * from.width + x + column * factor) * size;
      out.data.set(from.data.subarray(at, at + size), (row * columns + column) * size);
    }
  }
  return out;
}

/** Tiles of a scene in rows, whose index runs in a serpentine or as `order` has it. */
function mosaic(scene, index, { samples, bits, compression }) {
  const { x, y, columns, rows, side = [40, 32], overlap = 6, order = (number) => number } = scene;
  const tiles = [];
  for (let row = 0; row < rows; row++) {
    for (let step = 0; step < columns; step++) {
      const column = row % 2 === 0 ? step : columns - 1 - step;
      const number = tiles.length;
      tiles.push({
        x: x + column * (side[0] - overlap) + (row % 2),
        y: y + row * (side[1] - overlap) + (column % 3),
        picture: samplesOf(side[0], side[1], samples, bits, 10 * index + number),
        compression,
        at: { C: 0, S: index, M: order(number) },
      });
    }
  }
  return tiles;
}

const boundsOf = (blocks) => {
  const left = Math.min(...blocks.map(({ x }) => x));
  const top = Math.min(...blocks.map(({ y }) => y));
  const right = Math.max(...blocks.map(({ x, picture }) => x + picture.width));
  const bottom = Math.max(...blocks.map(({ y, picture }) => y + picture.height));
  return { left, top, width: right - left, height: bottom - top };
};

const painted = (tiles) => tiles.toSorted((a, b) => a.at.S - b.at.S || a.at.M - b.at.M);

/** @type {import('./czi-slides.d.mts').makeSlide} */
export function makeSlide({
  scenes,
  factors = [],
  samples = 3,
  bits = 8,
  compression = 'none',
  pyramidSide = 24,
  fill = 255,
}) {
  const tiles = scenes.map((scene, index) => mosaic(scene, index, { samples, bits, compression }));
  const whole = boundsOf(tiles.flat());
  const full = canvas(whole.width, whole.height, samples, bits, 255);
  for (const tile of painted(tiles.flat())) paste(tile.picture, full, tile.x - whole.left, tile.y - whole.top);
  const levels = [shownOf(full)];
  const blocks = tiles.flat();
  for (const factor of factors) {
    const pieces = tiles.flatMap((own, index) => {
      const bounds = boundsOf(own);
      const picture = canvas(bounds.width, bounds.height, samples, bits, fill);
      for (const tile of painted(own)) paste(tile.picture, picture, tile.x - bounds.left, tile.y - bounds.top);
      const step = pyramidSide * factor;
      const found = [];
      for (let y = 0; y < bounds.height; y += step) {
        for (let x = 0; x < bounds.width; x += step) {
          const size = [Math.min(step, bounds.width - x), Math.min(step, bounds.height - y)];
          const part = reduced(picture, { x, y, width: size[0], height: size[1] }, factor);
          found.push({
            x: bounds.left + x,
            y: bounds.top + y,
            picture: part,
            size,
            compression,
            at: { C: 0, S: index },
          });
        }
      }
      return found;
    });
    blocks.push(...pieces);
    const placed = pieces.map(({ picture, x, y }) => ({
      picture,
      x: Math.round((x - whole.left) / factor),
      y: Math.round((y - whole.top) / factor),
    }));
    const clipped = (end, exact) => Math.min(Math.max(end, Math.floor(exact)), Math.ceil(exact));
    const level = canvas(
      clipped(Math.max(...placed.map(({ x, picture }) => x + picture.width)), whole.width / factor),
      clipped(Math.max(...placed.map(({ y, picture }) => y + picture.height)), whole.height / factor),
      samples,
      bits,
      255,
    );
    for (const [i, { picture, x, y }] of placed.entries()) {
      // Where a pixel stands for nothing of the scene's own tiles, its piece has a filling, which hides no other scene.
      const { x: left, y: top, at } = pieces[i];
      const isFilled = (column, row) =>
        tiles[at.S].some(
          (tile) =>
            tile.x < left + (column + 1) * factor &&
            tile.x + tile.picture.width > left + column * factor &&
            tile.y < top + (row + 1) * factor &&
            tile.y + tile.picture.height > top + row * factor,
        );
      paste(picture, level, x, y, isFilled);
    }
    levels.push(shownOf(level));
  }
  return { blocks, levels };
}

/** Two scenes apart, at negative places, with three levels. */
export const twoScenes = {
  scenes: [
    { x: -50, y: 20, columns: 3, rows: 2 },
    { x: 120, y: -33, columns: 2, rows: 3 },
  ],
  factors: [2, 4],
};
