import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeRle, FtuError } from '@ftuseg/core';
import { openSlide, readLabelImage, type SlideRow } from '@ftuseg/slide';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pixelModel } from '../../tests/fakes.js';
import { bright, type SmallTable, smallTable } from '../../tests/small-table.js';
import type { SegmentationModel } from '../model/model.js';
import { predictTable as predictByEnsemble } from './predict-table.node.js';
import type { PredictTableOptions } from './table-options.js';

/** Test pictures are grey, as background is. */
const predictTable = (rows: readonly SlideRow[], model: SegmentationModel, options: PredictTableOptions) =>
  predictByEnsemble(rows, [model], { ...(options.merge === 'or' ? {} : { all: true }), ...options });

let table: SmallTable;
let out: string;
let rows: SlideRow[];
const readReport = () => table.readReport();

beforeEach(async () => {
  table = await smallTable();
  ({ out, rows } = table);
});

afterEach(() => table.remove());

/** The last field of each line of a submission, by id. */
async function readSubmission(name = 'submission.csv'): Promise<Map<string, string>> {
  const [header, ...lines] = (await readFile(join(out, name), 'utf8')).trimEnd().split('\n');
  expect(header).toBe('id,predicted');
  return new Map(lines.map((line) => [line.split(',')[0] ?? '', line.split(',')[1] ?? '']));
}

describe('predictTable', () => {
  it('writes masks, overlays, a submission that decodes to the masks, and a report', async () => {
    const summary = await predictTable(rows, bright(), { out });
    const folders = ['geojson', 'masks', 'objects', 'overlays', 'probability', 'slides'];
    const files = ['objects.csv', 'predictions.json', 'submission.csv', 'summary.csv'];
    expect((await readdir(out)).sort()).toEqual([...folders, ...files].sort());
    for (const [name, extension] of Object.entries({
      geojson: 'geojson',
      masks: 'tif',
      objects: 'csv',
      overlays: 'jpg',
      slides: 'json',
    })) {
      expect((await readdir(join(out, name))).sort()).toEqual(['a', 'b', 'c'].map((id) => `${id}.${extension}`));
    }
    const submission = await readSubmission();
    for (const { id, facts } of summary.slides) {
      const mask = await readLabelImage(join(out, 'masks', `${id}.tif`));
      expect(new Set(mask.data)).toEqual(new Set(id === 'c' ? [0] : [0, 255]));
      const decoded = decodeRle(submission.get(id) ?? '', 120, 90);
      expect(decoded.data).toEqual(mask.data.map((value) => (value > 0 ? 1 : 0)));
      expect(facts.pixels).toBe(decoded.data.reduce((sum, value) => sum + value, 0));
      expect(facts.count).toBe(id === 'c' ? 0 : 1);
    }
    expect(submission.get('c')).toBe('');
    const report = await readReport();
    expect(report.slides).toEqual(JSON.parse(JSON.stringify(summary.slides)));
    expect(report.settings).toMatchObject({ views: 'none', overlap: 0.25, threshold: [0.5] });
    expect(report.models[0].card.classes).toEqual(['glomerulus']);
  });

  it('says in the report which pictures a network was shown, where they are not those that it learnt from', async () => {
    await predictTable(rows.slice(0, 1), bright({ resize: 'bilinear' }), { out, outputs: [] });
    expect((await readReport()).notes).toEqual([
      expect.stringMatching(/^test\.onnx learnt from slides shrunk bilinearly/),
    ]);
    await predictTable(rows.slice(0, 1), bright({ resize: 'bilinear' }), { out, outputs: [], merge: 'or' });
    expect(await readReport()).not.toHaveProperty('notes');
  });

  it('outlines the prediction on the overlay, and only that', async () => {
    await predictTable(rows, bright(), { out });
    const green = async (id: string) => {
      const slide = await openSlide(join(out, 'overlays', `${id}.jpg`));
      const { data } = await slide.readRegion({ x: 0, y: 0, width: 120, height: 90, downsample: 1 });
      let count = 0;
      for (let i = 0; i < data.length; i += 3) if ((data[i + 1] ?? 0) - (data[i] ?? 0) > 80) count++;
      return count;
    };
    expect(await green('b')).toBeGreaterThan(100);
    expect(await green('c')).toBe(0);
  });

  it('writes label values and one submission per class for several classes', async () => {
    const model = pixelModel(({ value, x }, c) => (x < 32 === (c === 0) ? (value - 0.5) * 10 : -9), {
      classes: ['normal', 'half sclerotic'],
    });
    const { submissions } = await predictTable(rows.slice(0, 2), model, { out });
    expect(submissions).toEqual(['submission-1-normal.csv', 'submission-2-half_sclerotic.csv']);
    const mask = await readLabelImage(join(out, 'masks', 'b.tif'));
    for (const [c, name] of submissions.entries()) {
      const decoded = decodeRle((await readSubmission(name)).get('b') ?? '', 120, 90);
      expect(decoded.data).toEqual(mask.data.map((label) => (label === c + 1 ? 1 : 0)));
    }
  });

  it('says once when its models are needed no longer, before the files of the last slide are written', async () => {
    const model = bright();
    let isReleased = false;
    const run: typeof model.session.run = (...given) => {
      expect(isReleased).toBe(false);
      return model.session.run(...given);
    };
    const releaseModels = async (): Promise<void> => {
      expect(isReleased).toBe(false);
      isReleased = true;
      expect(await readdir(join(out, 'slides'))).toEqual(['a.json', 'b.json']);
      expect(existsSync(join(out, 'masks', 'c.tif'))).toBe(false);
    };
    await predictTable(rows, { ...model, session: { ...model.session, run } }, { out, releaseModels });
    expect(isReleased).toBe(true);
    expect(existsSync(join(out, 'masks', 'c.tif'))).toBe(true);
  });

  it('goes on after a slide that fails, names it at the end, and writes no submission', async () => {
    await writeFile(rows[1]?.image ?? '', (await readFile(rows[1]?.image ?? '')).subarray(0, 200));
    await mkdir(out);
    await writeFile(join(out, 'submission.csv'), 'of an earlier run');
    const error = await predictTable(rows, bright(), { out }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FtuError);
    expect(String(error)).toMatch(/1 of 3 slides could not be predicted: "b" \(.*b\.png: .*\); the others are in/);
    expect(String(error)).not.toContain('\n');
    expect((await readdir(join(out, 'masks'))).sort()).toEqual(['a.tif', 'c.tif']);
    expect(existsSync(join(out, 'submission.csv'))).toBe(false);
    const report = await readReport();
    expect(report.slides.map((slide: { status: string }) => slide.status)).toEqual([
      'predicted',
      'failed',
      'predicted',
    ]);
  });

  it('leaves an empty line for a slide that fails, where that was asked, in the order of the table', async () => {
    const order = [rows[2], rows[1], rows[0]].flatMap((row) => row ?? []);
    await writeFile(rows[1]?.image ?? '', (await readFile(rows[1]?.image ?? '')).subarray(0, 200));
    const first = await predictTable(order, bright(), { out, onFailure: 'empty' });
    const again = await predictTable(order, bright(), { out, onFailure: 'empty' });
    expect([first.kept, again.kept]).toEqual([0, 2]);
    for (const { failed, submissions, slides } of [first, again]) {
      expect(failed).toMatchObject([{ id: 'b', status: 'failed', problem: expect.stringMatching(/b\.png/) }]);
      expect(submissions).toEqual(['submission.csv']);
      expect(slides.map(({ id }) => id)).toEqual(['c', 'a']);
    }
    const text = await readFile(join(out, 'submission.csv'), 'utf8');
    expect(text).toMatch(/^id,predicted\nc,\nb,\na,\d[\d ]*\n$/);
    expect((await readReport()).slides.map(({ status }: { status: string }) => status)).toEqual([
      'predicted',
      'failed',
      'predicted',
    ]);
  });

  it('leaves an empty line where the program itself fails on a slide, and none where all do', async () => {
    const model = bright();
    let calls = 0;
    const failing = {
      ...model,
      session: {
        ...model.session,
        run: async (...args: Parameters<typeof model.session.run>) => {
          calls++;
          if (calls > 2) throw new RangeError('out of bounds');
          return model.session.run(...args);
        },
      },
    };
    const some = await predictTable(rows, failing, { out, onFailure: 'empty', overlap: 0, batchSize: 2 });
    expect(some.failed.map(({ id, problem }) => [id, problem])).toEqual([
      ['b', 'unexpected failure: out of bounds'],
      ['c', 'unexpected failure: out of bounds'],
    ]);
    const all = predictTable(rows, failing, { out, onFailure: 'empty', overwrite: true });
    await expect(all).rejects.toThrow(/3 of 3 slides .*; submission\.csv has an empty line for each/);
    expect(await readFile(join(out, 'submission.csv'), 'utf8')).toBe('id,predicted\na,\nb,\nc,\n');
    await expect(predictTable(rows, failing, { out })).rejects.toThrow(RangeError);
  });

  it('refuses tiles that cannot work once, before any slide', async () => {
    await expect(predictTable(rows, bright(), { out, tileSize: 100 })).rejects.toThrow(
      /^prediction settings: tileSize must be a multiple of 32, not 100; try 128$/,
    );
    expect(existsSync(out)).toBe(false);
  });

  it('takes the resolution from the row, else from the setting, and names slides without one', async () => {
    const model = bright({ micronsPerPixel: 2 });
    const [a, b] = rows as [SlideRow, SlideRow];
    const { slides } = await predictTable([{ ...a, micronsPerPixel: 1 }, b], model, { out, micronsPerPixel: 0.5 });
    expect(slides.map((slide) => slide.downsample)).toEqual([2, 4]);
    await expect(predictTable([{ ...a, micronsPerPixel: 1 }, b], model, { out })).rejects.toThrow(
      /"b" \(the model works at 2 µm per pixel/,
    );
  });

  it('takes native pixels with a warning only where neither model nor slide says a scale', async () => {
    const model = bright({ micronsPerPixel: null, downsample: undefined });
    const { slides } = await predictTable(rows.slice(1, 2), model, { out, outputs: [] });
    expect(slides[0]).toMatchObject({ downsample: 1, micronsPerPixel: null });
    expect(slides[0]?.warnings).toEqual([expect.stringMatching('neither the model nor the slide says its scale')]);
    expect((await readReport()).slides[0].warnings).toEqual(slides[0]?.warnings);
    const told = await predictTable(rows.slice(1, 2), model, { out, outputs: [], downsample: 1 });
    expect(told.slides[0]).not.toHaveProperty('warnings');
    const scaled = rows.slice(1, 2).map((row) => ({ ...row, micronsPerPixel: 0.5 }));
    await expect(predictTable(scaled, model, { out, outputs: [] })).rejects.toThrow('at what scale it was trained');
  });

  it('leaves whole files only, and no submission, when cancelled', async () => {
    const controller = new AbortController();
    const onProgress = ({ slide }: { slide: number }) => slide === 2 && controller.abort();
    const work = predictTable(rows, bright(), { out, signal: controller.signal, onProgress });
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(join(out, 'masks'))).toEqual(['a.tif']);
    expect((await readdir(out)).filter((name) => name.includes('.'))).toEqual([]);
  });

  it('tells how far it is', async () => {
    const lines: string[] = [];
    await predictTable(rows, bright(), { out, onProgress: ({ text }) => lines.push(text) });
    expect(lines[0]).toMatch(/^slide a \(1 of 3\): \d\/6 tiles, [\d.]+ tiles\/s, [\d.]+ Mpx\/s, \d+ s left$/);
    expect(lines.at(-1)).toMatch(/^slide c \(3 of 3\): 6\/6 tiles, .* 0 s left$/);
  });

  it('refuses an output folder that is a file, before any work', async () => {
    await writeFile(out, '');
    const model = bright();
    await expect(predictTable(rows, model, { out })).rejects.toThrow(`${out}: this is a file, or lies in one`);
    await expect(predictTable(rows, model, { out: join(out, 'deeper') })).rejects.toThrow(
      'this is a file, or lies in one',
    );
    expect(model.batches).toEqual([]);
  });
});
