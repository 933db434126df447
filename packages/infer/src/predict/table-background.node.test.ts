import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePng } from '@ftuseg/slide';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paint } from '../../tests/fakes.js';
import { bright, type SmallTable, smallTable } from '../../tests/small-table.js';
import { predictTable } from './predict-table.node.js';

let table: SmallTable;
let folder: string;
let out: string;
const readReport = () => table.readReport();

beforeEach(async () => {
  table = await smallTable();
  ({ folder, out } = table);
});

afterEach(() => table.remove());

describe('tiles that are taken for background', () => {
  const predictAll = async (image: string, settings = {}) => {
    const result = await predictTable([{ id: 'x', image, columns: {} }], [bright()], { out, ...settings });
    return result.slides[0];
  };
  const write = async (name: string, value: (x: number, y: number) => number) => {
    await writePng(join(folder, name), paint(300, 300, value));
    return join(folder, name);
  };
  const disc = (inside: number, outside: number) => (x: number, y: number) =>
    Math.hypot(x - 150, y - 150) < 100 ? inside : outside;

  it('are none on a grey slide, and the result says that it has no colour', async () => {
    const slide = await predictAll(await write('grey.png', disc(200, 60)));
    expect(slide?.facts.count).toBe(1);
    expect(slide?.notes).toEqual([expect.stringMatching(/hardly any colour: all tiles are looked at/)]);
    expect(slide?.warnings).toBeUndefined();
    expect(slide?.facts.tissueMillimetres2).toBeNull();
  });

  it('are those of plain white there', async () => {
    const image = await write('white.png', (x, y) => (x < 50 && y < 50 ? 130 : 250));
    const slide = await predictAll(image, { overlap: 0 });
    expect(slide?.background).toBe((slide?.tiles ?? 0) - 1);
    expect(slide?.notes?.[0]).toMatch(/but \d+ of \d+ that are plain white/);
  });

  it('warn where no tile was looked at, in the report and the summary, again after a restart', async () => {
    const image = await write('plain.png', () => 240);
    for (const _ of [1, 2]) {
      const slide = await predictAll(image);
      expect(slide?.background).toBe(slide?.tiles);
      expect(slide?.warnings).toEqual([
        expect.stringMatching(/^no tile was looked at: all \d+ were taken for background/),
      ]);
      expect((await readReport()).slides[0].warnings).toEqual(slide?.warnings);
      expect(await readFile(join(out, 'summary.csv'), 'utf8')).toContain('no tile was looked at');
    }
    const looked = await predictAll(image, { all: true });
    expect(looked).toMatchObject({ background: 0 });
    expect(looked?.warnings).toBeUndefined();
  });

  it('says that post-processing removed every object', async () => {
    const image = await write('discs.png', disc(200, 60));
    const slide = await predictAll(image, { all: true, minimumArea: 1e6 });
    expect(slide?.facts.count).toBe(0);
    const inPixels = 'minimumArea is taken as pixels of the slide: its scale is unknown';
    const removed = expect.stringMatching(/removed every object \(there was 1\).*minimumArea/);
    expect(slide?.notes).toEqual([inPixels, removed]);
    expect((await predictAll(image, { all: true, minimumArea: 10 }))?.notes).toEqual([inPixels]);
    const said = { all: true, minimumArea: 10, minimumAreaUnit: 'px' } as const;
    expect((await predictAll(image, said))?.notes).toBeUndefined();
  });

  it('asks for the scale where all are far smaller than the training objects', async () => {
    const image = await write('small.png', disc(200, 60));
    const model = bright({ micronsPerPixel: 0.2, objectSizes: { count: 100, diameters: [125, 160, 190] } });
    const row = { id: 'x', image, micronsPerPixel: 0.2, columns: {} };
    const { slides } = await predictTable([row], [model], { out, all: true });
    expect(slides[0]?.facts.count).toBe(0);
    expect(slides[0]?.notes).toContainEqual(
      expect.stringMatching(
        /removed every object \(there was 1\), as far smaller than .*: is the slide's scale right\?/,
      ),
    );
  });
});
