import { expect, it } from 'vitest';
import { parseCsv } from './csv.js';
import { refuseCutCells } from './cut-cells.js';

const code = (length: number): string => '12 34 '.repeat(length / 6 + 1).slice(0, length);

/** @param cells codes of lines 2, 3, ... */
const check = (...cells: readonly string[]): void =>
  refuseCutCells(parseCsv(`id,rle\n${cells.map((cell, i) => `${i},${cell}\n`).join('')}`, 't.csv'), ['rle'], 't.csv');

it.each([
  ['one', [code(99), code(32_767)], 3],
  ['one whose last space is trimmed', [`3${code(32_765)} `], 2],
  ['several, also beside longer ones', [code(40_000), code(32_767), code(32_767)], 3],
])('refuses cells that Excel has cut off: %s', (_, cells, line) => {
  expect(() => check(...cells)).toThrow(
    `t.csv: line ${line}, column "rle": the cell ends after 32767 characters, where Excel cuts cells off`,
  );
});

it('takes others, and one of this length by chance beside longer ones', () => {
  expect(() => check(code(32_765), '', code(10))).not.toThrow();
  expect(() => check(code(32_767), code(32_768))).not.toThrow();
});
