/** Objects of the bench, the same in Node and in the page: blobs of 32 corners in the cells of a grid. */

/** Corners of every object. */
export const CORNERS = 32;

/** A number from 0 to 1 for each pair of whole numbers (MurmurHash3's finaliser). */
function noise(a, b) {
  let hash = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** The ring of an object, level-0 pixels: x, y, x, y ... */
export function ringOf(number, count, side) {
  const across = Math.ceil(Math.sqrt(count));
  const cell = side / across;
  const x = (number % across) * cell + cell * (0.45 + 0.1 * noise(number, 0));
  const y = Math.floor(number / across) * cell + cell * (0.45 + 0.1 * noise(number, 1));
  const radius = cell * (0.2 + 0.2 * noise(number, 2));
  const ring = new Array(2 * CORNERS);
  for (let i = 0; i < CORNERS; i++) {
    const [angle, reach] = [(2 * Math.PI * i) / CORNERS, radius * (0.85 + 0.15 * noise(number, 3 + i))];
    ring[2 * i] = Math.round(16 * (x + reach * Math.cos(angle))) / 16;
    ring[2 * i + 1] = Math.round(16 * (y + reach * Math.sin(angle))) / 16;
  }
  return ring;
}

export function idOf(number) {
  return `5a0d1e00-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}
