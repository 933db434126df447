/** Lines that come from the page and not from a file, such as a sketch: the same corners as a chunk's, made at once. */
import { type PreparedChunk, RING_END, VERTEX_OCTETS } from './prepare-chunk.js';

/** Units per level-0 pixel: what is drawn is placed finer than what is kept, for it is seen from nearer. */
export const STRIP_UNITS = 256;

/** A polyline in level-0 pixels: x, y, x, y ... */
export interface Strip {
  readonly places: readonly number[];
  readonly closed: boolean;
}

/** Lines as one chunk without fillings, whose origin is their first place. */
export function prepareStrips(strips: readonly Strip[]): PreparedChunk {
  const drawn = strips.filter(({ places }) => places.length >= 4);
  const count = drawn.reduce((sum, { places, closed }) => sum + places.length / 2 + (closed ? 1 : 0), 0);
  const vertices = new ArrayBuffer(VERTEX_OCTETS * count);
  const words = new Int32Array(vertices);
  const lengths = new Float32Array(vertices);
  const originX = Math.round((drawn[0]?.places[0] ?? 0) * STRIP_UNITS);
  const originY = Math.round((drawn[0]?.places[1] ?? 0) * STRIP_UNITS);
  let at = 0;
  for (const { places, closed } of drawn) {
    const start = at;
    const corners = places.length / 2;
    let way = 0;
    for (let i = 0; i < corners + (closed ? 1 : 0); i++, at += 4) {
      const from = 2 * (i % corners);
      words[at] = Math.round((places[from] ?? 0) * STRIP_UNITS) - originX;
      words[at + 1] = Math.round((places[from + 1] ?? 0) * STRIP_UNITS) - originY;
      if (at > start) {
        const [x, y] = [words[at] as number, words[at + 1] as number];
        way += Math.hypot(x - (words[at - 4] as number), y - (words[at - 3] as number));
      }
      lengths[at + 3] = way;
    }
    words[at - 2] = RING_END;
  }
  return { originX, originY, vertices, count, triangles: new Uint32Array(), ranges: new Uint32Array() };
}

/** A circle as a closed line. */
export function circleStrip(x: number, y: number, radius: number): Strip {
  const sides = 64;
  const places = Array.from({ length: 2 * sides }, (_, i) => {
    const angle = (2 * Math.PI * (i >> 1)) / sides;
    return i % 2 === 0 ? x + radius * Math.cos(angle) : y + radius * Math.sin(angle);
  });
  return { places, closed: true };
}

/** A box as a closed line. */
export function boxStrip(left: number, top: number, right: number, bottom: number): Strip {
  return { places: [left, top, right, top, right, bottom, left, bottom], closed: true };
}

/**
 * A box around something, so large that it is seen.
 * @param least level-0 pixels along a side
 */
export function markerAround(
  {
    left,
    top,
    right,
    bottom,
  }: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
  least: number,
): Strip {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const [across, down] = [Math.max(least, right - left) / 2, Math.max(least, bottom - top) / 2];
  return boxStrip(x - across, y - down, x + across, y + down);
}
