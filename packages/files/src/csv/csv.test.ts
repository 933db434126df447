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

  it('stay as they are for programs, and are read as the same text', async () => {
    await writeCsv(at('kept.csv'), [{ id: '=1+1', value: '@a,b' }], undefined, { formulas: 'kept' });
    expect(await readFile(at('kept.csv'), 'utf8')).toBe('id,value\n=1+1,"@a,b"\n');
    expect({ ...(await readCsv(at('kept.csv'))).rows[0]?.cells }).toEqual({ id: '=1+1', value: '@a,b' });
  });

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

describe('tables of spreadsheets', () => {
  const rows = [
    { id: 'Niere_ä', image: 'a.png', mpp: '0,5' },
    { id: 'b', image: 'b.png', mpp: '' },
  ];
  const read = (text: string) => parseCsv(text, 'x.csv').rows.map(({ cells }) => ({ ...cells }));

  it.each([
    ['semicolons', 'id;image;mpp\r\nNiere_ä;a.png;0,5\r\nb;b.png;\r\n'],
    ['tabs', 'id\timage\tmpp\nNiere_ä\t a.png \t0,5\nb\tb.png\t\n'],
    ['a line that says what stands between cells', 'sep=;\r\nid;image;mpp\r\nNiere_ä;a.png;0,5\r\nb;b.png;\r\n'],
    ['such a line in quotes', '"sep=,"\nid,image,mpp\nNiere_ä,a.png,"0,5"\nb,b.png,\n'],
    ['empty rows', ',,\nid,image,mpp\nNiere_ä,a.png,"0,5"\n,,\nb,b.png,\n,,,,\n'],
    ['columns without a name and a cell', 'id,image,mpp,,\nNiere_ä,a.png,"0,5",,\nb,b.png,,,\n'],
    ['more empty cells than columns', 'id,image,mpp\nNiere_ä,a.png,"0,5",,\nb,b.png,\n'],
  ])('are read with %s', (_, text) => {
    expect(read(text)).toEqual(rows);
  });

  it('keep their line numbers, and name what cells are quoted for', () => {
    expect(parseCsv('sep=;\nid;image\n;\na;a.png\n', 'x.csv').rows.map(({ line }) => line)).toEqual([4]);
    expect(() => parseCsv('id;image\na;b;c\n', 'x.csv')).toThrow(
      'x.csv: line 2 has 3 cells where the header names 2; quote cells that contain semicolons',
    );
    expect(() => parseCsv('id,image\na\n', 'x.csv')).toThrow('line 2 has 1 cells where the header names 2');
  });

  it('have commas between cells where the header has commas', () => {
    expect(read('id,"a;b",c;d\n1,2,3\n')).toEqual([{ id: '1', 'a;b': '2', 'c;d': '3' }]);
    expect(read('"a,b";c\n1;2\n')).toEqual([{ 'a,b': '1', c: '2' }]);
  });

  it('may have one column without a name, not two', () => {
    expect(read(',id\n0,a\n')).toEqual([{ '': '0', id: 'a' }]);
    expect(() => read(',id,\n0,a,1\n')).toThrow('x.csv: columns 1 and 3 have no name; name them');
  });

  it('are read in UTF-16, and refused in an encoding that can only be guessed', async () => {
    const text = 'id\timage\tmpp\r\nNiere_ä\ta.png\t0,5\r\nb\tb.png\t\r\n';
    for (const form of [`\uFEFF${text}`, text]) {
      await writeFile(at('u16.csv'), Buffer.from(form, 'utf16le'));
      expect((await readCsv(at('u16.csv'))).rows.map(({ cells }) => ({ ...cells }))).toEqual(rows);
    }
    await writeFile(at('ansi.csv'), Buffer.from('id,image\r\na,a.png\r\nNiere_ä,b.png\r\n', 'latin1'));
    await expect(readCsv(at('ansi.csv'))).rejects.toThrow(
      'ansi.csv: line 3 is not UTF-8, so that its letters cannot be told; save the table as UTF-8 (in Excel: "CSV UTF-8")',
    );
  });
});
