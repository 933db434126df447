import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectedComponents, createRandom, dice, iou, overlapCounts, type Raster, raster } from '@ftuseg/core';
import { parseClasses, type SlideRow, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluatePredictions } from './evaluate.node.js';
import { evaluationRows } from './evaluation-rows.js';
import { formatEvaluation } from './format-evaluation.js';

let folder: string;
const truths: Raster[] = [];
const predictions: Raster[] = [];
const rows: SlideRow[] = [];

/** Squares of labels 1 and 2 at random places of a grid, so that components are known to differ. */
function squares(width: number, height: number, random: ReturnType<typeof createRandom>, shift: number): Raster {
  const out = raster(width, height, 1, new Uint8Array(width * height));
  for (let top = 2; top + 12 < height; top += 12) {
    for (let left = 2; left + 12 < width; left += 12) {
      const label = random.int(3);
      const [dx, dy, side] = [random.int(shift), random.int(shift), 4 + random.int(4)];
      for (let y = top + dy; y < top + dy + side; y++)
        out.data.fill(label, y * width + left + dx, y * width + left + dx + side);
    }
  }
  return out;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-evaluate-'));
  await mkdir(join(folder, 'masks'));
  const random = createRandom(8);
  for (let i = 0; i < 5; i++) {
    const [width, height] = [60 + 10 * i, 90 - 10 * i];
    const truth = squares(width, height, random, 3);
    const other = squares(width, height, random, 3);
    // Upper half right, lower half something else.
    const prediction = {
      ...truth,
      data: truth.data.map((v, at) => (at < truth.data.length / 2 ? v : (other.data[at] ?? 0))),
    };
    truths.push(truth);
    predictions.push(prediction);
    const [image, mask] = [join(folder, `${i}.image.png`), join(folder, `${i}.truth.png`)];
    await writePng(image, raster(width, height, 3, new Uint8Array(width * height * 3)));
    await writePng(mask, truth);
    await writePng(join(folder, 'masks', `${i}.png`), prediction);
    rows.push({ id: String(i), image, mask, columns: { donor: i < 2 ? 'x' : String(i), empty: '' } });
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const classes = parseClasses('normal=1;sclerotic=2');
const of = (mask: Raster, label: number): Raster => ({ ...mask, data: mask.data.map((v) => (v === label ? 1 : 0)) });

describe('evaluatePredictions', () => {
  it('scores what counting pixels and labelling components scores', async () => {
    const result = await evaluatePredictions({ rows, predictions: folder, classes });
    for (const [c, item] of result.classes.entries()) {
      const perSlide = truths.map((truth, i) => {
        const [p, t] = [of(predictions[i] ?? truth, c + 1), of(truth, c + 1)];
        return { counts: overlapCounts(p, t), predicted: connectedComponents(p), actual: connectedComponents(t) };
      });
      for (const [i, { counts, predicted, actual }] of perSlide.entries()) {
        const slide = item.slides[i];
        expect(slide?.dice).toBeCloseTo(dice(counts), 12);
        expect(slide?.iou).toBeCloseTo(iou(counts), 12);
        expect((slide?.truePositives ?? 0) + (slide?.falseNegatives ?? 0)).toBe(actual.components.length);
        expect((slide?.truePositives ?? 0) + (slide?.falsePositives ?? 0)).toBe(predicted.components.length);
      }
      const mean = perSlide.reduce((sum, { counts }) => sum + dice(counts), 0) / perSlide.length;
      expect(item.meanDice).toBeCloseTo(mean, 12);
      expect(item.mean.dice).toBe(item.meanDice);
      expect(item.truePositives).toBeGreaterThan(0);
      expect(item.falseNegatives + item.falsePositives).toBeGreaterThan(0);
      const { low, high } = item.intervals?.mean.dice ?? { low: 1, high: 0 };
      expect(low).toBeLessThan(mean);
      expect(high).toBeGreaterThan(mean);
    }
    expect(result.meanDice).toBeCloseTo(
      result.classes.reduce((sum, { meanDice }) => sum + meanDice / 2, 0),
      12,
    );
    expect(result).toMatchObject({ iouThreshold: 0.5, groupedBy: 'donor' });
    const single = await evaluatePredictions({ rows, predictions: folder, classes, group: 'none' });
    expect(single).toMatchObject({ groupedBy: null, groups: [], mean: result.mean });
    expect(single.intervals).not.toEqual(result.intervals);
  });

  it('groups slides, and asks for less overlap', async () => {
    const strict = await evaluatePredictions({ rows, predictions: folder, classes, group: 'donor', iou: 0.9 });
    const lax = await evaluatePredictions({ rows, predictions: folder, classes, group: 'donor', iou: 0.1 });
    expect(strict.groups.map(({ name, slides }) => [name, slides])).toEqual([
      ['x', 2],
      ['2', 1],
      ['3', 1],
      ['4', 1],
    ]);
    expect(strict.groups[0]?.dice).toBeCloseTo(((strict.slides[0]?.dice ?? 0) + (strict.slides[1]?.dice ?? 0)) / 2, 12);
    expect(lax.truePositives).toBeGreaterThan(strict.truePositives);
    expect(lax.meanDice).toBe(strict.meanDice);
    const text = formatEvaluation(lax);
    expect(text).toMatch(/^donor .*\n.*x|^x /m);
    expect(text).toContain('mean sclerotic');
    expect(text).toContain(
      'Objects match above an IoU of 0.1. 95 %: bootstrap interval of the mean, 4 values of donor',
    );
    const table = evaluationRows(lax);
    expect(table).toHaveLength(10);
    expect(table[1]).toMatchObject({ id: '0', group: 'x', class: 'sclerotic', dice: lax.classes[1]?.slides[0]?.dice });
    expect(table.reduce((sum, row) => sum + Number(row.true_positives), 0)).toBe(lax.truePositives);
  });

  it.each([
    [{ group: 'centre' }, 'group centre: there is no such column; the table has donor, empty'],
    [{ group: 'empty' }, 'group empty: slide 0 has no value in it'],
    [{ iou: 1 }, 'iou: objects match above an IoU'],
    [{ rows: [] }, 'no slides to score'],
    [{ classes: parseClasses('normal=1') }, 'unknown label 2'],
    [{ signal: AbortSignal.abort() }, 'interrupted'],
  ])('refuses %j', async (change, says) => {
    await expect(evaluatePredictions({ rows, predictions: folder, classes, ...change })).rejects.toThrow(says);
  });
});

describe('areas of which nothing is known', () => {
  const feature = (name: string, x: number, y: number, side: number) => ({
    type: 'Feature',
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [x, y],
          [x + side, y],
          [x + side, y + side],
          [x, y + side],
          [x, y],
        ],
      ],
    },
    properties: { classification: { name } },
  });

  it('leave pixels and objects out of every score, and are reported', async () => {
    const at = (name: string): string => join(folder, name);
    await mkdir(at('areas'), { recursive: true });
    await writePng(at('areas/a.image.png'), raster(40, 20, 3, new Uint8Array(2400)));
    const features = [feature('ROI', 0, 0, 20), feature('Glom', 2, 2, 6), feature('Glom', 30, 5, 6)];
    await writeFile(at('areas/truth.geojson'), JSON.stringify(features));
    const predicted = [feature('glomerulus', 2, 2, 6), feature('glomerulus', 25, 12, 5)];
    await writeFile(at('areas/a.geojson'), JSON.stringify(predicted));
    const row = { id: 'a', image: at('areas/a.image.png'), annotations: at('areas/truth.geojson'), columns: {} };
    const score = (map: string) =>
      evaluatePredictions({ rows: [row], predictions: at('areas'), classes: parseClasses(map) });
    const whole = await score('glomerulus=Glom,glomerulus');
    expect(whole).toMatchObject({ truePositives: 1, falseNegatives: 1, falsePositives: 1 });
    const known = await score('glomerulus=Glom,glomerulus;annotated=ROI');
    expect(known).toMatchObject({ truePositives: 1, falseNegatives: 0, falsePositives: 0, meanDice: 1 });
    expect(known.truth).toMatchObject([
      { id: 'a', shapes: 3, leftOut: [{ reason: 'outside annotated areas', name: 'Glom', shapes: 1 }] },
    ]);
    const labels = raster(40, 20, 1, new Uint8Array(800).fill(9));
    await writePng(at('areas/all.png'), labels);
    const all = { id: 'a', image: row.image, mask: at('areas/all.png'), columns: {} };
    await expect(
      evaluatePredictions({ rows: [all], predictions: at('areas'), classes: parseClasses('glomerulus=1;ignore=9') }),
    ).rejects.toThrow('slide a: nothing of the slide is known');
  });
});
