import { createRandom } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { describe, expect, it } from 'vitest';
import { SlidePool } from './slide-pool.js';

/** Counts slides that are open, and fails where a closed one is used. */
function slides() {
  const state = { open: 0, most: 0, opened: 0 };
  const closed = new Set<string>();
  const open = (key: string) => async (): Promise<Slide> => {
    state.open++;
    state.opened++;
    state.most = Math.max(state.most, state.open);
    closed.delete(key);
    const gone = (): never => {
      throw new Error('not read here');
    };
    return {
      width: 1,
      height: 1,
      micronsPerPixel: undefined,
      levels: [],
      info: { format: key, levels: [], micronsPerPixelFrom: undefined, pixels: '', associated: [] },
      readRegion: gone,
      readRows: gone,
      readAssociated: gone,
      close: async () => {
        closed.add(key);
        state.open--;
      },
    };
  };
  return { state, open, closed };
}

describe('SlidePool', () => {
  it('keeps within its places under many users, and closes no slide in use', async () => {
    const { state, open, closed } = slides();
    const pool = new SlidePool(3);
    const random = createRandom(1);
    const use = (key: string): Promise<void> =>
      pool.use(key, open(key), async ({ info }) => {
        await new Promise((resolve) => setTimeout(resolve, 2 * random.next()));
        expect([info.format, closed.has(key)]).toEqual([key, false]);
      });
    await Promise.all(Array.from({ length: 300 }, () => use(`slide ${Math.floor(10 * random.next())}`)));
    expect(state.most).toBeLessThanOrEqual(3);
    expect(pool.size).toBeLessThanOrEqual(3);
    await pool.close();
    expect(state.open).toBe(0);
  });

  it('opens a slide once for users side by side, and again after it was closed', async () => {
    const { state, open } = slides();
    const pool = new SlidePool(1);
    await Promise.all([1, 2, 3].map(() => pool.use('a', open('a'), async () => undefined)));
    expect(state.opened).toBe(1);
    await pool.use('b', open('b'), async () => undefined);
    await pool.use('a', open('a'), async () => undefined);
    expect(state.opened).toBe(3);
  });

  it('gives the place of a slide that cannot be opened to others, and tries again', async () => {
    const { open } = slides();
    const pool = new SlidePool(1);
    const broken = (): Promise<Slide> => Promise.reject(new Error('broken'));
    const all = await Promise.allSettled([
      pool.use('a', broken, async () => 1),
      pool.use('a', broken, async () => 1),
      pool.use('b', open('b'), async () => 2),
    ]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(await pool.use('a', open('a'), async () => 3)).toBe(3);
    await expect(pool.use('a', open('a'), () => Promise.reject(new Error('work')))).rejects.toThrow('work');
    expect(pool.size).toBe(1);
  });
});
