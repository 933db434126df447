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

/** The bits of an octet at every third place, so that similar colours lie together in memory (Morton 1966). */
const spread = (shift: number): Uint32Array =>
  Uint32Array.from({ length: 256 }, (_, value) => {
    let bits = 0;
    for (let bit = 0; bit < 8; bit++) bits |= ((value >> bit) & 1) << (3 * bit + shift);
    return bits;
  });
const [RED, GREEN, BLUE] = [spread(2), spread(1), spread(0)];

/** What becomes of the colours at some places, three octets each. */
function changed(change: RecolourPicture, places: readonly number[], { data }: Raster): Uint8Array {
  const asked = new Uint8Array(3 * places.length);
  for (const [i, at] of places.entries()) asked.set(data.subarray(at, at + 3), 3 * i);
  return change(raster(places.length, 1, 3, asked)).data;
}

/**
 * Keeps a table of 64 MB from its first picture on.
 *
 * @param change of each pixel by its own colour alone; it is shown each colour once, in pictures of one row
 * @example
 * const recolour = memoiseColours((picture) => normaliseStain(picture, own, target));
 */
export function memoiseColours(change: RecolourPicture): RecolourPicture {
  let table: Uint32Array | undefined;
  return (picture) => {
    table ??= new Uint32Array(COLOURS);
    const { width, height, data } = picture;
    const out = new Uint8Array(data.length);
    /** Where colours are seen for the first time, and where they are not known yet. */
    const fresh: number[] = [];
    const waiting: number[] = [];
    const placeOf = (at: number): number =>
      (RED[data[at] as number] as number) |
      (GREEN[data[at + 1] as number] as number) |
      (BLUE[data[at + 2] as number] as number);
    for (let at = 0; at < data.length; at += 3) {
      const place = placeOf(at);
      const found = table[place] as number;
      if ((found & KNOWN) === 0) {
        if (found === 0) fresh.push(at);
        table[place] = WAITING;
        waiting.push(at);
        continue;
      }
      out[at] = found >> 16;
      out[at + 1] = found >> 8;
      out[at + 2] = found;
    }
    if (fresh.length > 0) {
      const learnt = changed(change, fresh, picture);
      for (const [i, at] of fresh.entries()) {
        const [red, green, blue] = [learnt[3 * i] as number, learnt[3 * i + 1] as number, learnt[3 * i + 2] as number];
        table[placeOf(at)] = KNOWN | (red << 16) | (green << 8) | blue;
      }
      for (const at of waiting) {
        const found = table[placeOf(at)] as number;
        out[at] = found >> 16;
        out[at + 1] = found >> 8;
        out[at + 2] = found;
      }
    }
    return raster(width, height, 3, out);
  };
}
