/**
 * The table of tiles of an .ets: for each tile how many coordinates there are, these (column, row, others, the level), where its bytes lie and how many, and
 * a number that nobody needs. It is kept as numbers in arrays, since a slide has 100,000 tiles.
 */
import type { ByteSource } from '../../source/byte-source.js';
import { longAt, viewOf } from '../czi/segments.js';
import { damagedVsi } from './errors.js';
import type { ReadableHeader } from './ets-header.js';

export interface TileTable {
  readonly count: number;
  /** The coordinates of all tiles, one after the other. */
  readonly coordinates: Int32Array;
  /** Coordinates of a tile. */
  readonly perTile: number;
  /** In the file. */
  readonly offsets: Float64Array;
  readonly bytes: Uint32Array;
  /** Tiles whose bytes are exactly those of another. */
  readonly shared: number;
  /** Bytes of the file behind the table, which ends the files that are known. */
  readonly behind: number;
}

const MAX_TILES = 1 << 22;
const MAX_TILE_BYTES = 256 << 20;
/** Of an entry beside its coordinates. */
const FIXED_BYTES = 20;
/** Of the first header. */
const HEADER_BYTES = 64;

/**
 * @throws {SlideError} `bad-input` for a table that is cut off, entries that are none, and tiles that lie outside the file or on each other
 */
export async function readTileTable(source: ByteSource, header: ReadableHeader, subject: string): Promise<TileTable> {
  const { file, table: start, tiles: count, coordinates: perTile } = header;
  const fail = (problem: string) => damagedVsi(subject, `${file}: ${problem}`);
  const size = FIXED_BYTES + 4 * perTile;
  if (count < 1 || count > MAX_TILES) throw fail(`a table of ${count} tiles is impossible`);
  const end = start + count * size;
  if (!(start >= HEADER_BYTES && end <= source.size)) {
    throw fail(`its table of ${count} tiles passes the end of the file`);
  }
  const view = viewOf(await source.read(start, count * size));
  const coordinates = new Int32Array(count * perTile);
  const [offsets, bytes] = [new Float64Array(count), new Uint32Array(count)];
  for (let tile = 0; tile < count; tile++) {
    const at = tile * size;
    if (view.getUint32(at, true) !== perTile) throw fail(`entry ${tile} of its table does not begin as one`);
    for (let i = 0; i < perTile; i++) coordinates[tile * perTile + i] = view.getInt32(at + 4 + 4 * i, true);
    const behind = at + 4 + 4 * perTile;
    const [offset, length] = [longAt(view, behind), view.getUint32(behind + 8, true)];
    const isInside = offset >= HEADER_BYTES && length >= 1 && offset + length <= source.size;
    const isOnTable = offset < end && offset + length > start;
    if (!isInside || isOnTable || length > MAX_TILE_BYTES) {
      throw fail(`tile ${tile} of ${length} bytes at ${offset} lies outside the file or is impossible`);
    }
    offsets[tile] = offset;
    bytes[tile] = length;
  }
  checkLengths(header, bytes, fail);
  return {
    count,
    coordinates,
    perTile,
    offsets,
    bytes,
    shared: checkOverlap(offsets, bytes, fail),
    behind: source.size - end,
  };
}

/** Uncompressed tiles are all of one size. */
function checkLengths(
  { compression, tileWidth, tileHeight, samples }: ReadableHeader,
  bytes: Uint32Array,
  fail: (problem: string) => Error,
): void {
  if (compression !== 'none') return;
  const wanted = tileWidth * tileHeight * samples;
  const wrong = bytes.findIndex((length) => length !== wanted);
  if (wrong >= 0) throw fail(`tile ${wrong} has ${bytes[wrong]} bytes where ${wanted} are needed`);
}

/** @returns how many tiles have the bytes of another */
function checkOverlap(offsets: Float64Array, bytes: Uint32Array, fail: (problem: string) => Error): number {
  const order = Uint32Array.from(offsets.keys()).sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0));
  let shared = 0;
  for (let i = 1; i < order.length; i++) {
    const [one = 0, other = 0] = [order[i - 1], order[i]];
    const [from = 0, length = 0] = [offsets[one], bytes[one]];
    if (offsets[other] === from && bytes[other] === length) shared++;
    else if (from + length > (offsets[other] ?? 0)) throw fail(`tiles ${one} and ${other} share some of their bytes`);
  }
  return shared;
}
