/** Tiles of a map with a border of one texel out of their neighbours: between two tiles is interpolated as within one. */
import { COVERAGE_SIDE } from '../../../outlines/coverage/coverage.js';
import type { MapSource } from '../overlay.js';
import { ByteCache } from './byte-cache.js';

/** Texels along a side, with the borders. */
export const BORDERED_SIDE = COVERAGE_SIDE + 2;

/** Octets of tiles as they came. */
const MAX_OCTETS = 16 << 20;

export class MapTiles {
  readonly #tiles = new ByteCache<Uint8Array>(MAX_OCTETS);
  readonly #coming = new Map<string, Promise<Uint8Array>>();

  constructor(readonly source: MapSource) {}

  /** @returns `BORDERED_SIDE` squared; at the sides of the map the border repeats what lies beside it */
  async bordered(level: number, x: number, y: number): Promise<Uint8Array> {
    const around = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy] as const));
    const tiles = await Promise.all(around.map(([dx, dy]) => this.#tile(level, x + dx, y + dy)));
    const [own = new Uint8Array(COVERAGE_SIDE ** 2)] = tiles.slice(4, 5);
    const octets = new Uint8Array(BORDERED_SIDE ** 2);
    const last = COVERAGE_SIDE - 1;
    for (let row = -1; row <= COVERAGE_SIDE; row++) {
      const isInside = row >= 0 && row <= last;
      const to = (row + 1) * BORDERED_SIDE;
      if (isInside) octets.set(own.subarray(row * COVERAGE_SIDE, (row + 1) * COVERAGE_SIDE), to + 1);
      const step = isInside ? BORDERED_SIDE - 1 : 1;
      for (let at = 0; at < BORDERED_SIDE; at += step) octets[to + at] = valueAt(tiles, own, at - 1, row);
    }
    return octets;
  }

  async #tile(level: number, x: number, y: number): Promise<Uint8Array | undefined> {
    const { width, height } = this.source;
    const inside = (at: number, size: number): boolean => at >= 0 && at * COVERAGE_SIDE * 2 ** level < size;
    if (!inside(x, width) || !inside(y, height)) return undefined;
    const key = `${level}/${x}_${y}`;
    const known = this.#tiles.get(key);
    if (known !== undefined) return known;
    const coming = this.#coming.get(key);
    if (coming !== undefined) return coming;
    // Several borders wait for one tile: nobody's going away stops it.
    const asked = this.source.tile(level, x, y, new AbortController().signal).then((buffer) => {
      const octets = new Uint8Array(buffer);
      this.#tiles.nextFrame();
      this.#tiles.set(key, octets, octets.length);
      return octets;
    });
    this.#coming.set(key, asked);
    return asked.finally(() => this.#coming.delete(key));
  }
}

/** @param tiles three by three around the one at hand */
function valueAt(tiles: readonly (Uint8Array | undefined)[], own: Uint8Array, column: number, row: number): number {
  const last = COVERAGE_SIDE - 1;
  const held = (at: number): number => Math.max(0, Math.min(last, at));
  const side = (at: number): number => (at < 0 ? 0 : at > last ? 2 : 1);
  // Where there is no neighbour on a side, the place beside it stands in.
  const x = tiles[3 + side(column)] === undefined ? held(column) : column;
  const y = tiles[3 * side(row) + 1] === undefined ? held(row) : row;
  const tile = tiles[3 * side(y) + side(x)] ?? own;
  return tile[(y & last) * COVERAGE_SIDE + (x & last)] as number;
}
