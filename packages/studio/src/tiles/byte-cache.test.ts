import { describe, expect, it } from 'vitest';
import { ByteCache } from './byte-cache.js';

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
    // What is larger than half of all is not kept at all.
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
});
