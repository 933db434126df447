/** `objects.csv` of a prediction in memory: its lines by object, and all sizes for the histogram. */
import type { LineTable } from '../../../measures/corrected-table.js';
import type { SizeTable } from '../../../measures/slide-sizes.js';
import type { ObjectLine } from '../../../measures/table-measures.js';

export interface StoredTable extends SizeTable, LineTable {
  readonly lineOf: (id: string) => ObjectLine | undefined;
}

/** Cells of CSV text (RFC 4180), line by line. */
function* linesOf(text: string): Generator<string[]> {
  let cells: string[] = [];
  // A cell, then what ends it: a comma, a line's end, or the text's.
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  for (let found = cell.exec(text); found !== null; found = cell.exec(text)) {
    const [, quoted, plain = '', end] = found;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (cells.length > 1 || cells[0] !== '') yield cells;
    cells = [];
    if (end === '') return;
  }
}

/** @param text empty where the prediction has none */
export function tableOf(text: string): StoredTable {
  const [header = [], ...rows] = linesOf(text);
  const lines = rows.map((cells): ObjectLine => Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ''])));
  const byId = new Map(lines.map((line) => [line.object ?? '', line]));
  const unit = lines.every(({ area_um2 = '' }) => area_um2 !== '') ? 'um2' : 'px';
  const areas = new Map<string, number[]>();
  for (const line of lines) {
    const name = line.class ?? '';
    const values = areas.get(name) ?? [];
    areas.set(name, values);
    values.push(Number(unit === 'um2' ? line.area_um2 : line.area_px));
  }
  const lineOf = (id: string): ObjectLine | undefined => byId.get(id);
  return {
    unit,
    areas: new Map([...areas].map(([name, values]) => [name, Float64Array.from(values)])),
    columns: header,
    lines: () => lines,
    lineOf,
    line: async (id) => lineOf(id),
  };
}
