/**
 * A change of colours that is computed once for each colour: slides have far fewer colours than pixels, and a look into a table costs a small part of
 * logarithms and matrices. What comes out is the same to the last bit.
 */
import { type Raster, raster } from './raster.js';

/** Every colour of three octets. */
const COLOURS = 1 << 24;
const KNOWN = 1 << 24;
const WAITING = 1 << 25;

/** RGB of 8 bits in, a new picture of the same size out. */
export type RecolourPicture = (picture: Raster) => Raster;

/**
 * Keeps a table of 64 MB from its first picture on.
 *
 * @param change of each pixel by its own colour alone; it is shown each colour once, in pictures of one row
 * @example
 * const recolour = memoiseColours((picture) => normaliseStain(picture, own, target));
 */
export function memoiseColours(change: RecolourPicture): RecolourPicture {
  let table: Uint32Array | undefined;
  const learn = (known: Uint32Array, colours: readonly number[]): void => {
    const asked = new Uint8Array(3 * colours.length);
    for (const [i, colour] of colours.entries()) {
      asked[3 * i] = colour >> 16;
      asked[3 * i + 1] = (colour >> 8) & 255;
      asked[3 * i + 2] = colour & 255;
    }
    const { data } = change(raster(colours.length, 1, 3, asked));
    for (const [i, colour] of colours.entries()) {
      const [red, green, blue] = [data[3 * i] as number, data[3 * i + 1] as number, data[3 * i + 2] as number];
      known[colour] = KNOWN | (red << 16) | (green << 8) | blue;
    }
  };
  return ({ width, height, data }) => {
    table ??= new Uint32Array(COLOURS);
    const fresh: number[] = [];
    for (let at = 0; at < data.length; at += 3) {
      const colour = ((data[at] as number) << 16) | ((data[at + 1] as number) << 8) | (data[at + 2] as number);
      if (table[colour] !== 0) continue;
      table[colour] = WAITING;
      fresh.push(colour);
    }
    if (fresh.length > 0) learn(table, fresh);
    const out = new Uint8Array(data.length);
    for (let at = 0; at < data.length; at += 3) {
      const colour = ((data[at] as number) << 16) | ((data[at + 1] as number) << 8) | (data[at + 2] as number);
      const found = table[colour] as number;
      out[at] = found >> 16;
      out[at + 1] = found >> 8;
      out[at + 2] = found;
    }
    return raster(width, height, 3, out);
  };
}
