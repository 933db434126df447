/**
 * How much of each tile is labelled, counted on level 0 as people drew it: what a bilinear mask of the tile has lost or gained does not move the
 * tile to another bin, nor from the tiles with objects to the others.
 */
import { FtuError, type Rect } from '@ftuseg/core';
import type { PreparedSlide } from '@ftuseg/folders';
import { type ClassMap, openTruth, type SlideRow } from '@ftuseg/slide';

/** Labels that are read at one time. */
const PIECE_BYTES = 16 << 20;

interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Level-0 pixels whose centre lies in working pixels `start` to `start + length`, inside the slide. */
function level0(start: number, length: number, downsample: number, limit: number): Interval {
  const edge = (at: number): number => Math.min(Math.ceil(at * downsample - 0.5 - 1e-6), limit);
  return { from: edge(start), to: edge(start + length) };
}

/** Entry i + 1 is the number of labelled pixels up to pixel i; undefined where there is none in the row. */
function running(labels: Uint8Array, labelled: Uint8Array, sums: Int32Array): Int32Array | undefined {
  let sum = 0;
  for (let x = 0; x < labels.length; x++) {
    sum += labelled[labels[x] as number] as number;
    sums[x + 1] = sum;
  }
  return sum === 0 ? undefined : sums;
}

/**
 * The share of labelled level-0 pixels (of any class) of each tile, 0..1, in the order of `tiles`.
 *
 * @param tiles in working pixels, from the top down
 * @throws FtuError `cancelled`; whatever reading the labels throws
 */
export async function labelledShares(
  row: SlideRow,
  { sourceWidth: width, sourceHeight: height, downsample }: PreparedSlide,
  tiles: readonly Rect[],
  classes: ClassMap,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const count = classes.names.length;
  const places = tiles.map((tile) => ({
    across: level0(tile.x, tile.width, downsample, width),
    down: level0(tile.y, tile.height, downsample, height),
  }));
  const counts = new Float64Array(tiles.length);
  const sums = new Int32Array(width + 1);
  const step = Math.max(1, Math.floor(PIECE_BYTES / width));
  const truth = await openTruth(row, { width, height }, classes);
  const { member, unknown } = truth.table;
  const labelled = Uint8Array.from({ length: 256 }, (_, value) =>
    unknown?.[value] !== 1 && member.subarray(value * count, (value + 1) * count).includes(1) ? 1 : 0,
  );
  try {
    const last = places.reduce((most, { down }) => Math.max(most, down.to), 0);
    for (let top = 0; top < last; top += step) {
      if (signal?.aborted) throw new FtuError('cancelled', 'counting labels was cancelled', { hint: 'run it again' });
      const rows = Math.min(step, last - top);
      const { data } = await truth.read(top, rows);
      const here = places.flatMap((place, i) =>
        place.down.from < top + rows && place.down.to > top ? [{ ...place, i }] : [],
      );
      for (let y = 0; y < rows; y++) {
        const found = running(data.subarray(y * width, (y + 1) * width), labelled, sums);
        if (found === undefined) continue;
        for (const { across, down, i } of here) {
          if (top + y < down.from || top + y >= down.to) continue;
          counts[i] = (counts[i] as number) + (found[across.to] as number) - (found[across.from] as number);
        }
      }
    }
  } finally {
    await truth.close();
  }
  return counts.map((value, i) => {
    const { across, down } = places[i] ?? { across: { from: 0, to: 1 }, down: { from: 0, to: 1 } };
    return value / ((across.to - across.from) * (down.to - down.from));
  });
}
