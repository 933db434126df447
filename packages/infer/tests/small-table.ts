/** Three small grey slides, and what the tests of predicted tables read back. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SlideRow, writePng } from '@ftuseg/slide';
import { paint, pixelModel } from './fakes.js';

export interface SmallTable {
  readonly folder: string;
  /** Where predictions go. */
  readonly out: string;
  /** Discs of radius 20, 30 and 0 in 120 x 90 pixels. */
  readonly rows: SlideRow[];
  /** @param below a folder in `out` */
  readReport(below?: string): Promise<ReturnType<typeof JSON.parse>>;
  remove(): Promise<void>;
}

/** @param width of the slides; the discs stay at the left */
export async function smallTable(width = 120): Promise<SmallTable> {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-table-'));
  const out = join(folder, 'predictions');
  const rows: SlideRow[] = [];
  for (const [id, radius] of [
    ['a', 20],
    ['b', 30],
    ['c', 0],
  ] as const) {
    const image = join(folder, `${id}.png`);
    await writePng(
      image,
      paint(width, 90, (x, y) => (Math.hypot(x - 60, y - 45) < radius ? 250 : 10)),
    );
    rows.push({ id, image, columns: { id, image } });
  }
  return {
    folder,
    out,
    rows,
    readReport: async (below = '.') => JSON.parse(await readFile(join(out, below, 'predictions.json'), 'utf8')),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** A network that finds what is bright. */
export const bright = (card = {}) => pixelModel(({ value }) => (value - 0.5) * 10, card);
