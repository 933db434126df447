import { describe, expect, it } from 'vitest';
import { ByteCache } from './byte-cache.js';
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
