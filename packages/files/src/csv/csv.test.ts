import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvLines, escapeFormula, withoutEscape } from '@ftuseg/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCsv, readCsv, writeCsv } from './csv.js';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-csv-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What begins a formula in Excel, LibreOffice or Google Sheets. */
const computed = /^[=+\-@\t\r]/;

describe('cells of a spreadsheet', () => {
  it.each(['=1+1', '+cmd', '-a', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("x")', '-1+2', '＝1'])(
    'are no formula: %j',
    async (text) => {
      await writeCsv(at('out.csv'), [{ id: text, value: -1.5, number: '-2.5e-3' }]);
      const written = await readFile(at('out.csv'), 'utf8');
      const [cell = ''] = (written.split('\n')[1] ?? '').replace(/^"/, '').split(',');
      expect(cell).toMatch(/^'/);
      expect(written).toContain(',-1.5,-2.5e-3');
      const { rows } = await readCsv(at('out.csv'));
      expect({ ...rows[0]?.cells }).toEqual({ id: text, value: '-1.5', number: '-2.5e-3' });
    },
  );

  it('come back as the same text, whatever it is', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'=+-@\'" ,\t\r\nab1.') }),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 5 }), (cells) => {
        expect(cells.map((cell) => withoutEscape(escapeFormula(cell)))).toEqual(cells);
        for (const cell of cells) {
          const escaped = escapeFormula(cell);
          if (computed.test(escaped)) expect(Number(escaped)).not.toBeNaN();
        }
        const header = cells.map((_, i) => `c${i}`);
        const [row] = parseCsv(csvLines([header, cells]), 'x.csv').rows;
        // A line of nothing but empty cells is no row to a reader.
        if (row !== undefined) expect(header.map((name) => row.cells[name])).toEqual(cells);
      }),
      { numRuns: 500 },
    );
  });
});

describe('columns', () => {
  it('of any name are cells and nothing else', () => {
    const names = ['id', '__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const [row] = parseCsv(`${names.join()}\na,1,2,3,4\n`, 'x.csv').rows;
    expect(names.map((name) => row?.cells[name])).toEqual(['a', '1', '2', '3', '4']);
    const [bare] = parseCsv('id\na\n', 'x.csv').rows;
    expect(bare?.cells.constructor).toBeUndefined();
    expect(bare?.cells.toString).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('1');
  });

  it('are read in time that grows with their number, up to a limit that is said', async () => {
    const wide = Array.from({ length: 16_000 }, (_, i) => `c${i}`).join();
    expect(parseCsv(`${wide}\n${wide}\n`, 'x.csv').columns).toHaveLength(16_000);
    const wider = Array.from({ length: 100_000 }, (_, i) => `c${i}`).join();
    expect(() => parseCsv(`${wider}\n`, 'x.csv')).toThrow('x.csv: line 1 has more than 16384 columns');
    await writeFile(at('wide.csv'), `${wide},c7\n`);
    await expect(readCsv(at('wide.csv'))).rejects.toThrow('two columns are named "c7"');
  });
});
