import { describe, expect, it } from 'vitest';
import { lazyLibrary } from './library.js';

/** A library whose memory is spoilt by its first failure, as that of a decoder is. */
function fragile() {
  let starts = 0;
  const start = async () => {
    starts++;
    let spoilt = false;
    return {
      decode(block: string): string {
        if (spoilt) return 'wrong pixels';
        if (block !== 'damaged') return block;
        spoilt = true;
        // What C++ throws.
        throw 1234;
      },
    };
  };
  return { library: lazyLibrary(async () => ({ start })), starts: () => starts };
}

describe('a library in WebAssembly', () => {
  it('is started once, however many blocks ask for it', async () => {
    const { library, starts } = fragile();
    const blocks = ['a', 'b', 'c'].map((block) => library.use(({ decode }) => decode(block)));
    expect(await Promise.all(blocks)).toEqual(['a', 'b', 'c']);
    expect(starts()).toBe(1);
  });

  it('decodes nothing after a failure, whatever was thrown', async () => {
    const { library, starts } = fragile();
    await expect(library.use(({ decode }) => decode('damaged'))).rejects.toBe(1234);
    expect(await library.use(({ decode }) => decode('a'))).toBe('a');
    expect(starts()).toBe(2);
  });

  it('is not the one that failed for blocks that were asked for at the same time', async () => {
    const { library, starts } = fragile();
    const blocks = ['a', 'damaged', 'b', 'damaged', 'c'].map((block) => library.use(({ decode }) => decode(block)));
    const settled = await Promise.allSettled(blocks);
    expect(settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason))).toEqual([
      ...['a', 1234, 'b', 1234, 'c'],
    ]);
    expect(starts()).toBe(3);
  });

  it('is loaded again where loading it failed', async () => {
    let tries = 0;
    const library = lazyLibrary(async () => {
      if (++tries === 1) throw new Error('offline');
      return { start: async () => 'there' };
    });
    await expect(library.use((it) => it)).rejects.toThrow('offline');
    expect(await library.use((it) => it)).toBe('there');
  });
});
