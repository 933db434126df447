/** Which tiles of a mask hold anything, and what is in them, straight from runs: a slide's mask is never painted as a whole. */
import { concatBytes, type RunMask } from '@ftuseg/core';

/** Side of a tile, pixels. */
export const TILE = 256;
/** Bytes of a frame: one bit for each pixel. */
export const FRAME_BYTES = (TILE * TILE) / 8;

/** A frame: a tile of one segment. */
export interface SegmentTile {
  /** From 1, as labels are. */
  readonly segment: number;
  /** From 0, in tiles. */
  readonly column: number;
  readonly row: number;
}

/** By segment, then column by column, as masks are: the frames of a column follow one another in the file. */
export interface SegmentTiles {
  readonly tiles: readonly SegmentTile[];
  /** In the whole grid, of all segments. */
  readonly possible: number;
  /** @returns index in `tiles`; -1 for one that is empty */
  indexOf(segment: number, column: number, row: number): number;
}

/**
 * The tiles that a mask reaches into. Where it is empty, the first tile of the first segment stands for it, since DICOM has no image without frames.
 * @param segments labels that there may be: 1 to this number
 */
export function segmentTiles(mask: RunMask, segments: number): SegmentTiles {
  const [across, down] = [Math.ceil(mask.width / TILE), Math.ceil(mask.height / TILE)];
  const place = (segment: number, column: number, row: number): number =>
    ((segment - 1) * across + column) * down + row;
  const indices = new Int32Array(across * down * segments);
  for (let x = 0; x < mask.width; x++) {
    const column = Math.floor(x / TILE);
    for (let run = mask.columns[x] as number; run < (mask.columns[x + 1] as number); run++) {
      const last = Math.floor(((mask.ends[run] as number) - 1) / TILE);
      for (let row = Math.floor((mask.starts[run] as number) / TILE); row <= last; row++) {
        indices[place(mask.labels[run] as number, column, row)] = 1;
      }
    }
  }
  if (!indices.includes(1)) indices[0] = 1;
  const tiles: SegmentTile[] = [];
  for (let segment = 1; segment <= segments; segment++) {
    for (let column = 0; column < across; column++) {
      for (let row = 0; row < down; row++) {
        const at = place(segment, column, row);
        if (indices[at] === 1) indices[at] = tiles.push({ segment, column, row }) - 1;
        else indices[at] = -1;
      }
    }
  }
  return {
    tiles,
    possible: indices.length,
    indexOf: (segment, column, row) => indices[place(segment, column, row)] as number,
  };
}

/**
 * The frames of a column of tiles, bits from the lowest of each byte on, row by row. Source: PS3.5, 8.1.1.
 * @param column in tiles
 * @returns frames that follow one another in `tiles`, and the index of the first
 */
export function* framesOfColumn(
  mask: RunMask,
  tiles: SegmentTiles,
  column: number,
): Generator<{ readonly first: number; readonly bits: Uint8Array }> {
  const frames = new Map<number, Uint8Array>();
  const left = column * TILE;
  for (let x = left; x < Math.min(left + TILE, mask.width); x++) {
    for (let run = mask.columns[x] as number; run < (mask.columns[x + 1] as number); run++) {
      const [start, end] = [mask.starts[run] as number, mask.ends[run] as number];
      for (let y = start; y < end; ) {
        const row = Math.floor(y / TILE);
        const index = tiles.indexOf(mask.labels[run] as number, column, row);
        const bits = frames.get(index) ?? new Uint8Array(FRAME_BYTES);
        frames.set(index, bits);
        const stop = Math.min(end, (row + 1) * TILE);
        for (let at = (y - row * TILE) * TILE + x - left; y < stop; y++, at += TILE) {
          bits[at >> 3] = (bits[at >> 3] as number) | (1 << (at & 7));
        }
      }
    }
  }
  let [first, together]: [number, Uint8Array[]] = [0, []];
  for (const [index, bits] of [...frames].sort(([a], [b]) => a - b)) {
    if (together.length > 0 && index !== first + together.length) {
      yield { first, bits: concatBytes(together) };
      together = [];
    }
    if (together.length === 0) first = index;
    together.push(bits);
  }
  if (together.length > 0) yield { first, bits: concatBytes(together) };
}
