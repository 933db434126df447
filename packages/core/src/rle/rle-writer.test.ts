import { describe, expect, it } from 'vitest';
import { RleWriter } from './rle-writer.js';

describe('RleWriter', () => {
  it('writes as many pairs as there are, and none where nothing was added', () => {
    for (const count of [0, 1, 4095, 4096, 4097, 10_000]) {
      const writer = new RleWriter();
      for (let i = 0; i < count; i++) writer.add(3 * i, 3 * i + 2);
      expect(writer.finish()).toBe(Array.from({ length: count }, (_, i) => `${3 * i + 1} 2`).join(' '));
    }
  });

  it('joins what goes on where the last run ended', () => {
    const writer = new RleWriter();
    for (const [start, end] of [
      [2, 4],
      [4, 6],
      [7, 8],
    ] as const) {
      writer.add(start, end);
    }
    expect(writer.finish()).toBe('3 4 8 1');
  });
});
