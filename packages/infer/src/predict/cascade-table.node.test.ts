/** A table of slides by a cascade: what is written and said, what is refused, and what is left of an interrupted first pass. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CascadeCalibration, ModelCard } from '@ftuseg/nn';
import type { SlideRow } from '@ftuseg/slide';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bright, type SmallTable, smallTable } from '../../tests/small-table.js';
import { predictTable } from './predict-table.node.js';

const calibration: CascadeCalibration = {
  version: 1,
  recall: 1,
  threshold: 128 / 255,
  margin: 8,
  objects: { count: 20, lookedAt: 20 },
  heldOut: null,
  tissueShare: 0.3,
  slides: ['v'],
  groups: 1,
};

/** Finds what is bright, at 2 µm; `shift` makes it see everything, or nothing. */
const coarse = (card: Partial<ModelCard> = {}, shift = 0) => {
  const model = bright({ micronsPerPixel: 2, downsample: null, tileSize: 32, cascade: calibration, ...card });
  const { run } = model.session;
  model.session.run = async (...asked) => (await run(...asked)).map((logit) => logit + shift);
  return { ...model, source: { name: 'coarse.onnx' } };
};
const fine = (card: Partial<ModelCard> = {}) => bright({ micronsPerPixel: 1, downsample: null, tileSize: 32, ...card });

let table: SmallTable;
let rows: SlideRow[];
beforeAll(async () => {
  table = await smallTable(240);
  rows = table.rows.map((row) => ({ ...row, micronsPerPixel: 1 }));
});
afterAll(() => table.remove());
beforeEach(() => rm(table.out, { recursive: true, force: true }));

const settings = { all: true, outputs: ['mask', 'probability', 'objects'] } as const;
const predict = (model: ReturnType<typeof coarse> | undefined, more: object = {}) =>
  predictTable(rows, [fine()], { ...settings, out: table.out, cascade: model, ...more });

async function files(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of await readdir(table.out, { recursive: true })) {
    if (!/^(masks|probability|objects)\/|submission/.test(name)) continue;
    found[name] = (await readFile(join(table.out, name))).toString('latin1');
  }
  return found;
}

describe('a table by a cascade', () => {
  it('has the same files where the coarse network sees something everywhere', async () => {
    await predict(undefined);
    const plain = await files();
    expect(Object.keys(plain).length).toBe(10);
    await rm(table.out, { recursive: true });
    const { slides } = await predict(coarse({}, 100));
    expect(await files()).toEqual(plain);
    expect(slides.map(({ cascade }) => cascade?.tissueShare)).toEqual([1, 1, 0]);
  });

  it('loses nothing of the objects, looks at less, and says so', async () => {
    const plain = await predict(undefined);
    await rm(table.out, { recursive: true });
    const model = coarse();
    const { slides } = await predict(model);
    const counts = slides.map(({ facts }) => [facts.count, facts.pixels]);
    expect(counts).toEqual(plain.slides.map(({ facts }) => [facts.count, facts.pixels]));
    const [a, , c] = slides;
    expect(a?.cascade).toMatchObject({ model: 'coarse.onnx', recall: 1, margin: 8 });
    expect(a?.cascade?.tiles).toBeLessThan(a?.tiles ?? 0);
    expect(a?.notes?.join()).toMatch(/^cascade: \d+(\.\d+)? % of the tissue was looked at twice \(\d+ of 40 tiles\)$/);
    expect(a?.warnings).toBeUndefined();
    // No disc, and so nothing to look at.
    expect(c?.warnings).toEqual([expect.stringMatching(/^no tile was looked at by the models: .* 0\.502; look at/)]);
    const report = await table.readReport();
    expect(report.cascade).toMatchObject({ name: 'coarse.onnx', card: { micronsPerPixel: 2 } });
    const [head, first] = (await readFile(join(table.out, 'summary.csv'), 'utf8')).split('\n');
    expect(head?.split(',')).toContain('tissue_looked_at_twice');
    expect(first).toContain(String(Number((a?.cascade?.tissueShare ?? 0).toPrecision(6))));
    // All is kept, and another calibration is another prediction.
    expect((await predict(model)).kept).toBe(3);
    const other = coarse({ cascade: { ...calibration, margin: 9 } });
    expect((await predict(other)).kept).toBe(0);
  });

  it('predicts first what most is expected of, and reports in the order of the table', async () => {
    const turns = new Map<string, number>();
    const [a, b, c] = rows;
    const { slides } = await predictTable(
      [c, a, b].flatMap((row) => row ?? []),
      [fine()],
      {
        ...settings,
        out: table.out,
        cascade: coarse(),
        onProgress: ({ id, slide, text }) => void (/coarse pass/.test(text) || turns.set(id, slide)),
      },
    );
    expect(slides.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
    // The larger disc fills more of its tiles; of c nothing is left to look at.
    expect([...turns]).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
  });

  it('says which objects it may have cut', async () => {
    // Sees the middle of the discs only, and widens it by nothing.
    const narrow = coarse({ cascade: { ...calibration, margin: 0 } });
    const { run } = narrow.session;
    narrow.session.run = async (batch, shape) => {
      const out = await run(batch, shape);
      return out.map((logit, i) => (i % 32 === 12 ? logit : -9));
    };
    const { slides } = await predict(narrow);
    expect(slides[1]?.warnings).toEqual([expect.stringMatching(/^1 of 1 object reaches out of the tiles/)]);
  });

  it('goes on from the bands of an interrupted first pass', async () => {
    const whole = coarse();
    await predict(whole, { bandColumns: 10 });
    const expected = await files();
    await rm(table.out, { recursive: true });
    const stop = new AbortController();
    const first = coarse();
    const { run } = first.session;
    first.session.run = async (...asked) => {
      if (first.batches.length === 3) stop.abort();
      return run(...asked);
    };
    await expect(predict(first, { bandColumns: 10, signal: stop.signal })).rejects.toThrow(/cancelled/i);
    expect((await readdir(join(table.out, 'unfinished/a/coarse'))).length).toBeGreaterThan(1);
    const second = coarse();
    await predict(second, { bandColumns: 10 });
    expect(await files()).toEqual(expected);
    expect(second.batches.length).toBeLessThan(whole.batches.length);
  });

  it.each([
    {
      name: 'other classes',
      model: () => coarse({ classes: ['tubule'] }),
      says: /it knows tubule, they know glomerulus/,
    },
    {
      name: 'no scale',
      model: () => coarse({ micronsPerPixel: null, downsample: 2 }),
      says: /must say its micrometres per pixel, and this one does not/,
    },
    {
      name: 'no coarser scale',
      model: () => coarse({ micronsPerPixel: 1 }),
      says: /works at 1 µm .* and the models at 1: /,
    },
    {
      name: 'no calibration',
      model: () => bright({ micronsPerPixel: 2, downsample: null }),
      says: /nobody knows what it would miss; run `ftu calibrate --cascade --model test\.onnx/,
    },
    { name: 'joined masks', model: () => coarse(), more: { all: false, merge: 'or' }, says: /a cascade does nothing/ },
    { name: 'a factor that is as coarse', model: () => coarse(), more: { downsample: 2 }, says: /would not be faster/ },
  ])('refuses $name in one sentence', async ({ model, more, says }) => {
    await expect(predict({ ...coarse(), ...model() }, more)).rejects.toThrow(says);
  });
});
