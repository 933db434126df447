import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyRaster } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StudioSlide } from '../context.js';
import { TileStore } from './tile-store.js';

const SIDE = 4096;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-tile-store-'));
  await writeFile(join(folder, 'a.tif'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A slide that counts what is read of it; `wait`: until it is told to stop. */
function counted({ wait }: { readonly wait: boolean }) {
  const state = { reads: 0, stopped: 0 };
  const read = async (width: number, height: number, signal: AbortSignal | undefined) => {
    state.reads++;
    if (wait) {
      await new Promise<void>((_, reject) =>
        signal?.addEventListener('abort', () => {
          state.stopped++;
          reject(new Error('stopped'));
        }),
      );
    }
    return emptyRaster(width, height, 3);
  };
  const level = { width: SIDE, height: SIDE, downsample: 1 };
  const open: Slide = {
    ...level,
    micronsPerPixel: undefined,
    levels: [level],
    info: {
      format: 'counted',
      levels: [{ ...level, blockWidth: SIDE, blockHeight: 1, blocks: 'strips', compression: 'none' }],
      micronsPerPixelFrom: undefined,
      pixels: '',
      associated: [],
    },
    readRegion: ({ width, height, downsample }, options) =>
      read(Math.round(width / downsample), Math.round(height / downsample), options?.signal),
    readRows: ({ width, columns = width, rows }, options) => read(columns, rows, options?.signal),
    readAssociated: () => Promise.reject(new Error('none')),
    close: () => Promise.resolve(),
  };
  const slide: StudioSlide = {
    id: 'a',
    row: { id: 'a', image: join(folder, 'a.tif'), columns: {} },
    size: async () => level,
    use: (work) => work(open),
  };
  return { state, slide };
}

const signal = (): AbortSignal => new AbortController().signal;

describe('TileStore', () => {
  it('reads a tile once for all who ask, and again when it fell out of the cache', async () => {
    const { state, slide } = counted({ wait: false });
    const store = new TileStore(64 << 10);
    const tile = (column: number, row: number) => store.tile(slide, { level: 12, column, row }, 'srgb', signal());
    await Promise.all(Array.from({ length: 10 }, () => tile(0, 0)));
    await tile(0, 0);
    expect(state.reads).toBe(1);
    for (let row = 0; row < 8; row++) for (let column = 0; column < 8; column++) await tile(column, row);
    expect(store.bytes).toBeLessThanOrEqual(64 << 10);
    expect(store.bytes).toBeGreaterThan(16 << 10);
    const before = state.reads;
    await tile(0, 0);
    expect(state.reads).toBe(before + 1);
  });

  it('reads the slide once for all of its coarse levels, thumbnails and whole pictures', async () => {
    const { state, slide } = counted({ wait: false });
    const store = new TileStore();
    for (let level = 0; level <= 11; level++) await store.tile(slide, { level, column: 0, row: 0 }, 'srgb', signal());
    await store.whole(slide, 9, signal());
    await store.thumbnail(slide, 320, signal());
    expect(state.reads).toBe(1);
  });

  it('stops reading what nobody waits for', async () => {
    const { state, slide } = counted({ wait: true });
    const store = new TileStore();
    const gone = new AbortController();
    const asked = Array.from({ length: 30 }, (_, i) =>
      store.tile(slide, { level: 12, column: i % 8, row: Math.floor(i / 8) }, 'srgb', gone.signal),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    // No more at a time than the machine has use for.
    expect(state.reads).toBeLessThan(30);
    gone.abort();
    const ended = await Promise.allSettled(asked);
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(state.stopped).toBe(state.reads);
    const before = state.reads;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(state.reads).toBe(before);
  });

  it('has no tile where the slide has none', async () => {
    const { state, slide } = counted({ wait: false });
    const store = new TileStore();
    for (const [level, column, row] of [
      [13, 0, 0],
      [12, 8, 0],
      [12, 0, 8],
      [0, 1, 0],
    ] as const) {
      expect(await store.tile(slide, { level, column, row }, 'srgb', signal())).toBeUndefined();
    }
    expect(await store.whole(slide, 12, signal())).toBeUndefined();
    expect(state.reads).toBe(0);
  });
});
