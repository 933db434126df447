import { describe, expect, it } from 'vitest';
import { tableOf } from './object-table.js';

describe('tableOf', () => {
  it('reads quoted cells, and areas in micrometres where every object has one', () => {
    const table = tableOf('object,class,area_px,area_um2\r\na,"glom, ""big""",10,2.5\r\nb,tubule,4,1\r\n');
    expect(table.lineOf('a')?.class).toBe('glom, "big"');
    expect(table.lineOf('c')).toBeUndefined();
    expect(table.unit).toBe('um2');
    expect([...table.areas]).toEqual([
      ['glom, "big"', Float64Array.of(2.5)],
      ['tubule', Float64Array.of(1)],
    ]);
  });

  it('takes pixels where an area in micrometres is missing, and nothing from nothing', () => {
    expect(tableOf('object,class,area_px,area_um2\na,g,10,\nb,g,4,1').areas.get('g')).toEqual(Float64Array.of(10, 4));
    expect(tableOf('').areas.size).toBe(0);
  });
});
