import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROW_HEIGHT, scrollToRow, tableWindow } from './window.js';

describe('tableWindow', () => {
  it('draws what is seen, first and last row included, however long the table', () => {
    for (const rows of [0, 3, 400, 357_000, 1_000_000]) {
      const [top, bottom] = [tableWindow(rows, 0, 300), tableWindow(rows, 1e12, 300)];
      expect(top.first).toBe(0);
      expect(top.top).toBe(0);
      expect(bottom.end).toBe(rows);
      expect(bottom.height).toBeLessThanOrEqual(10_000_000);
      // The last row ends where the element ends.
      expect(bottom.top + (bottom.end - bottom.first) * ROW_HEIGHT).toBeCloseTo(bottom.height, 3);
    }
  });

  it('shows the row that was scrolled to', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, where, from) => {
          const row = Math.floor(where * (rows - 1));
          const scrollTop = scrollToRow(row, rows, from * Math.min(rows * ROW_HEIGHT, 10_000_000), 300);
          const { first, top } = tableWindow(rows, scrollTop, 300);
          const y = top + (row - first) * ROW_HEIGHT - scrollTop;
          expect(y).toBeGreaterThanOrEqual(-0.5);
          expect(y + ROW_HEIGHT).toBeLessThanOrEqual(300.5);
        },
      ),
    );
  });
});
