import { describe, expect, it } from 'vitest';
import { ByteCache } from './byte-cache.js';
import { BORDERED_SIDE, MapTiles } from './map-tiles.js';
import { Requests } from './requests.js';

describe('ByteCache', () => {
  it('drops what was used longest ago, but nothing of this frame', () => {
    const gone: string[] = [];
    const cache = new ByteCache<string>(10, (value) => gone.push(value));
    for (const name of ['a', 'b', 'c']) cache.set(name, name, 3);
    cache.nextFrame();
    expect(cache.get('a')).toBe('a');
    cache.set('d', 'd', 3);
    expect(gone).toEqual(['b']);
    cache.get('c');
    cache.set('e', 'e', 30);
    // Everything that is left was used now: it stays, until the next frame does not use it.
    expect([gone, cache.octets]).toEqual([['b'], 39]);
    cache.nextFrame();
    cache.nextFrame();
    expect([cache.octets, cache.size]).toEqual([0, 0]);
  });

  it('counts a value that is put in another place of once', () => {
    const gone: number[] = [];
    const cache = new ByteCache<number>(10, (value) => gone.push(value));
    cache.set('a', 1, 4);
    cache.set('a', 2, 6);
    expect([cache.octets, cache.get('a'), gone]).toEqual([6, 2, [1]]);
    cache.clear();
    expect([cache.octets, gone]).toEqual([0, [1, 2]]);
  });
});

/** What a test lets finish when it likes. */
function gate() {
  const waiting = new Map<string, { resolve: () => void; reject: (error: Error) => void; signal: AbortSignal }>();
  const load = (key: string) => (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      waiting.set(key, { resolve, reject, signal });
    });
  return { waiting, load };
}
const turn = () => new Promise((resolve) => setTimeout(resolve));

describe('Requests', () => {
  it('run six at a time, in order, and give up what the next frame does not want', async () => {
    let changes = 0;
    const requests = new Requests(() => changes++);
    const { waiting, load } = gate();
    const want = (keys: readonly string[]): void => {
      requests.begin();
      for (const key of keys) requests.want(key, load(key));
      requests.settle();
    };
    want(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    expect([[...waiting.keys()].join(''), requests.pending]).toEqual(['abcdef', 8]);
    waiting.get('b')?.resolve();
    await turn();
    expect([[...waiting.keys()].join(''), requests.pending, changes]).toEqual(['abcdefg', 7, 1]);
    want(['g', 'h']);
    expect([...waiting].filter(([, { signal }]) => signal.aborted).map(([key]) => key)).toEqual([
      'a',
      'c',
      'd',
      'e',
      'f',
    ]);
    await turn();
    expect([waiting.has('h'), requests.pending, requests.problem]).toEqual([true, 2, undefined]);
  });

  it('say why something failed, and do not ask for it again at once', async () => {
    const requests = new Requests(() => undefined);
    const { waiting, load } = gate();
    requests.begin();
    requests.want('a', load('a'));
    requests.settle();
    waiting.get('a')?.reject(new Error('the server is gone'));
    await turn();
    expect([requests.problem, requests.pending]).toEqual(['the server is gone', 0]);
    waiting.clear();
    requests.begin();
    requests.want('a', load('a'));
    requests.settle();
    expect([waiting.size, requests.pending]).toEqual([0, 0]);
    requests.close();
  });
});

describe('MapTiles', () => {
  it('borders a tile with what its neighbours have there, each asked for once', async () => {
    const [width, height] = [600, 300];
    const value = (x: number, y: number): number => (x < width && y < height ? (3 * x + 7 * y) % 256 : 0);
    const asked: string[] = [];
    const tile = async (level: number, tx: number, ty: number): Promise<ArrayBuffer> => {
      asked.push(`${level}/${tx}_${ty}`);
      return Uint8Array.from({ length: 65_536 }, (_, i) => value(256 * tx + (i & 255), 256 * ty + (i >> 8))).buffer;
    };
    const tiles = new MapTiles({ width, height, levels: 1, tile });
    for (const [tx, ty] of [
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 1],
    ] as const) {
      const octets = await tiles.bordered(0, tx, ty);
      let wrong = 0;
      for (let row = -1; row <= 256; row++) {
        for (let column = -1; column <= 256; column++) {
          // Three tiles by two: beyond them the border repeats the last texel.
          const x = Math.max(0, Math.min(767, 256 * tx + column));
          const y = Math.max(0, Math.min(511, 256 * ty + row));
          if (octets[(row + 1) * BORDERED_SIDE + column + 1] !== value(x, y)) wrong++;
        }
      }
      expect(wrong).toBe(0);
    }
    expect(asked.sort()).toEqual(['0/0_0', '0/0_1', '0/1_0', '0/1_1', '0/2_0', '0/2_1']);
  });
});
