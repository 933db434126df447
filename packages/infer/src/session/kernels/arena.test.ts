import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena } from './arena.js';

describe('Arena', () => {
  it('gives no byte to two at a time', () => {
    const sizesAndTurns = fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.nat(5)), { maxLength: 60 });
    fc.assert(
      fc.property(sizesAndTurns, (requests) => {
        const arena = new Arena(64);
        const taken: { start: number; end: number }[] = [];
        for (const [bytes, turn] of requests) {
          if (turn < 2 && taken.length > 0) arena.giveBack(taken.splice(turn % taken.length, 1)[0]?.start ?? 0);
          const start = arena.take(bytes);
          expect(start % 64).toBe(0);
          expect(taken.every((one) => start >= one.end || start + bytes <= one.start)).toBe(true);
          expect(arena.end).toBeGreaterThanOrEqual(start + bytes);
          taken.push({ start, end: start + bytes });
        }
      }),
    );
  });
});
