import { describe, expect, it } from 'vitest';
import { type PlacedTile, readPlaced, type Window } from './placed-tiles.js';

/** A page is a grey value, plus the column of the pixel. */
const readPart = async (grey: number, { x, width, height }: Window): Promise<Uint8Array> =>
  Uint8Array.from({ length: width * height * 3 }, (_, i) => grey + x + (Math.floor(i / 3) % width));

const tile = (page: number, x: number, y: number): PlacedTile<number> => ({
  page,
  from: { x: 0, y: 0 },
  at: { x, y },
  width: 4,
  height: 2,
});

const reds = (data: Uint8Array): number[] => Array.from(data).filter((_, i) => i % 3 === 0);

describe('readPlaced', () => {
  it('shows the later of two tiles, and the background between them', async () => {
    const placed = { background: [255, 0, 9] as const, tilesIn: () => [tile(10, -1, 0), tile(20, 2, 1)] };
    const data = await readPlaced(placed, { x: 0, y: 0, width: 7, height: 3 }, readPart);
    expect(reds(data)).toEqual([
      11, 12, 13, 255, 255, 255, 255, 11, 12, 20, 21, 22, 23, 255, 255, 255, 20, 21, 22, 23, 255,
    ]);
    expect([...data.subarray(9, 12)]).toEqual([255, 0, 9]);
  });

  it('paints in order where there are many, and lets all reads end before it fails', async () => {
    const many = Array.from({ length: 50 }, (_, i) => tile(i, 0, 0));
    const window = { x: 0, y: 0, width: 1, height: 1 };
    let ended = 0;
    const slow = async (grey: number, part: Window): Promise<Uint8Array> => {
      await new Promise((resolve) => setTimeout(resolve, 50 - grey));
      ended++;
      if (grey === 48) throw new Error('tile 48');
      return readPart(grey, part);
    };
    const upTo = (count: number) => ({ background: [0, 0, 0] as const, tilesIn: () => many.slice(0, count) });
    expect((await readPlaced(upTo(40), window, slow))[0]).toBe(39);
    ended = 0;
    await expect(readPlaced(upTo(50), window, slow)).rejects.toThrow('tile 48');
    expect(ended).toBe(50);
  });
});
