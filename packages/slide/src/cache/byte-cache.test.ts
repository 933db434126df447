import { describe, expect, it } from 'vitest';
import { ByteCache } from './byte-cache.js';
import { onAbort } from './on-abort.js';

const cacheOf = (limit: number): ByteCache<string> => new ByteCache(limit, ({ length }) => length);
const signal = (): AbortSignal => new AbortController().signal;

describe('ByteCache', () => {
  it('makes a thing once for all who ask at the same time, and keeps it', async () => {
    const cache = cacheOf(100);
    let made = 0;
    const make = async (): Promise<string> => `made ${++made}`;
    const all = await Promise.all(Array.from({ length: 5 }, () => cache.get('a', make, signal())));
    expect(new Set(all)).toEqual(new Set(['made 1']));
    expect(await cache.get('a', make)).toBe('made 1');
    expect(cache.bytes).toBe(6);
  });

  it('stays within its bytes, and forgets what was not used for longest', async () => {
    const cache = cacheOf(40);
    const get = (key: string): Promise<string> => cache.get(key, async () => key.repeat(10));
    for (const key of 'abcd') await get(key);
    await get('a');
    await get('e');
    expect(cache.bytes).toBe(40);
    const made: string[] = [];
    for (const key of 'acdeb') {
      await cache.get(key, async () => {
        made.push(key);
        return key.repeat(10);
      });
    }
    expect(made).toEqual(['b']);
    // What is larger than a quarter of all is not kept at all.
    await cache.get('large', async () => 'x'.repeat(30));
    expect(cache.bytes).toBe(40);
  });

  it('stops what nobody waits for any more, and not before', async () => {
    const cache = cacheOf(100);
    const [first, second] = [new AbortController(), new AbortController()];
    let inside: AbortSignal | undefined;
    const make = (all: AbortSignal): Promise<string> => {
      inside = all;
      return new Promise((_, reject) => all.addEventListener('abort', () => reject(new Error('stopped'))));
    };
    const waiting = [cache.get('a', make, first.signal), cache.get('a', make, second.signal)];
    first.abort();
    await expect(waiting[0]).rejects.toThrow('nobody waits');
    expect(inside?.aborted).toBe(false);
    second.abort();
    await expect(waiting[1]).rejects.toThrow('nobody waits');
    expect(inside?.aborted).toBe(true);
    // Whoever asks while the old one is being stopped gets a new one.
    expect(await cache.get('a', async () => 'new', signal())).toBe('new');
  });

  it('tries again after a failure', async () => {
    const cache = cacheOf(100);
    await expect(cache.get('a', () => Promise.reject(new Error('once')), signal())).rejects.toThrow('once');
    expect(await cache.get('a', async () => 'b', signal())).toBe('b');
    await expect(cache.get('c', async () => 'c', AbortSignal.abort())).rejects.toThrow('nobody waits');
  });

  it('waits for what it stops when it is cleared', async () => {
    const cache = cacheOf(100);
    await cache.get('kept', async () => 'kept');
    let ended = false;
    const make = async (all: AbortSignal): Promise<string> => {
      await new Promise<void>((done) => onAbort(all, done));
      await new Promise((done) => setTimeout(done, 10));
      ended = true;
      return 'late';
    };
    const [left, stays] = [new AbortController(), new AbortController()];
    const gone = cache.get('a', make, left.signal);
    const waiting = cache.get('b', make, stays.signal);
    left.abort();
    await expect(gone).rejects.toThrow('nobody waits');
    await cache.clear();
    expect(ended).toBe(true);
    expect([cache.bytes, cache.holds('kept'), cache.holds('a')]).toEqual([0, false, false]);
    expect(await waiting).toBe('late');
    expect(cache.bytes).toBe(0);
  });

  it('takes one listener of a signal for all that is asked with it', async () => {
    const cache = cacheOf(1000);
    const { signal: shared } = new AbortController();
    let listeners = 0;
    const { addEventListener } = shared;
    shared.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners++;
      return addEventListener.apply(shared, args);
    };
    const later = (): Promise<string> => new Promise((done) => setTimeout(() => done('x'), 1));
    await Promise.all(Array.from({ length: 50 }, (_, i) => cache.get(String(i), later, shared)));
    expect(listeners).toBe(1);
  });
});
