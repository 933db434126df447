/** `objects/<id>.csv` of a slide, as `ftu predict` wrote it: one line when it is asked for, and all sizes for the histogram. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { FtuError } from '@ftuseg/core';
import { ioError, parseCsv, statRegularFile } from '@ftuseg/files';
import type { LineTable } from '../../measures/corrected-table.js';
import type { SizeTable } from '../../measures/slide-sizes.js';
import type { ObjectLine } from '../../measures/table-measures.js';
import { type LineIndex, LineIndexBuilder } from './line-index.js';

export interface ObjectTable extends SizeTable, LineTable {
  readonly objects: number;
}

const NEWLINE = 10;

/** Cells of a line; quotes and escapes are rare, and what has none needs no parser. */
function cellsOf(line: string, header: readonly string[], path: string): readonly string[] {
  if (!/["']/.test(line)) return line.split(',');
  const [row] = parseCsv(`${header.join()}\n${line}\n`, path).rows;
  return header.map((name) => row?.cells[name] ?? '');
}

interface Sizes {
  readonly microns: number[];
  readonly pixels: number[];
}

class TableReader {
  readonly #index = new LineIndexBuilder();
  readonly #sizes = new Map<string, Sizes>();
  #header: readonly string[] | undefined;
  #columns = { object: -1, class: -1, microns: -1, pixels: -1 };

  constructor(readonly path: string) {}

  take(bytes: Uint8Array, start: number, end: number): void {
    const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').replace(/\r$/, '');
    if (line === '') return;
    if (this.#header === undefined) {
      const columns = line.split(',');
      this.#header = columns;
      const at = (name: string): number => columns.indexOf(name);
      this.#columns = { object: at('object'), class: at('class'), microns: at('area_um2'), pixels: at('area_px') };
      const missing = Object.entries(this.#columns).find(([, column]) => column < 0);
      if (missing !== undefined) {
        throw new FtuError('bad-input', 'this is no table of objects', {
          subject: this.path,
          hint: 'predict the slide again',
        });
      }
      return;
    }
    const cells = cellsOf(line, this.#header, this.path);
    const cell = (column: number): string => cells[column] ?? '';
    this.#index.add(cell(this.#columns.object), start, end);
    const name = cell(this.#columns.class);
    const sizes = this.#sizes.get(name) ?? { microns: [], pixels: [] };
    this.#sizes.set(name, sizes);
    const microns = cell(this.#columns.microns);
    if (microns !== '') sizes.microns.push(Number(microns));
    sizes.pixels.push(Number(cell(this.#columns.pixels)));
  }

  finish(): { index: LineIndex; header: readonly string[] } & Pick<ObjectTable, 'areas' | 'unit'> {
    const all = [...this.#sizes.values()];
    const unit = all.every(({ microns, pixels }) => microns.length === pixels.length) ? 'um2' : 'px';
    const areas = [...this.#sizes].map(
      ([name, { microns, pixels }]) => [name, Float64Array.from(unit === 'um2' ? microns : pixels)] as const,
    );
    return { index: this.#index.finish(), header: this.#header ?? [], areas: new Map(areas), unit };
  }
}

/** Hands every line of a file over with its place. */
async function eachLine(path: string, take: (bytes: Uint8Array, start: number, end: number) => void): Promise<void> {
  let rest = new Uint8Array(0);
  let restAt = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const read: Uint8Array = chunk;
    const bytes = rest.length === 0 ? read : Buffer.concat([rest, read]);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      take(bytes.subarray(from, end), restAt + from, restAt + end + 1);
      from = end + 1;
    }
    rest = Uint8Array.from(bytes.subarray(from));
    restAt += from;
  }
  if (rest.length > 0) take(rest, restAt, restAt + rest.length);
}

/**
 * Reads the table of a slide's objects once; lines are read again where they are asked for.
 * @throws {FtuError} `io`, `not-found`; `bad-input` for another table
 */
export async function openObjectTable(path: string): Promise<ObjectTable> {
  await statRegularFile(path);
  const reader = new TableReader(path);
  await eachLine(path, (bytes, start, end) => reader.take(bytes, start, end)).catch((error: unknown) => {
    throw error instanceof FtuError ? error : ioError(error, path, 'be read');
  });
  const { index, header, areas, unit } = reader.finish();
  const lineOf = (line: string): ObjectLine => {
    const cells = cellsOf(line, header, path);
    return Object.fromEntries(header.map((name, i) => [name, cells[i] ?? '']));
  };
  return {
    objects: index.lines,
    areas,
    unit,
    columns: header,
    async *lines() {
      let isHead = true;
      for await (const line of createInterface({
        input: createReadStream(path),
        crlfDelay: Number.POSITIVE_INFINITY,
      })) {
        if (!isHead && line !== '') yield lineOf(line);
        isHead = false;
      }
    },
    async line(id) {
      for (const { start, end } of index.find(id)) {
        const file = await open(path);
        try {
          const bytes = Buffer.alloc(end - start);
          await file.read(bytes, 0, bytes.length, start);
          const found = lineOf(bytes.toString('utf8').replace(/\r?\n$/, ''));
          if (found.object === id) return found;
        } finally {
          await file.close();
        }
      }
      return undefined;
    },
  };
}
