/** `disagreement/<id>.tif`: how far the models of an ensemble are apart, pixel by pixel. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLabelImage } from '@ftuseg/slide';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pixelModel } from '../../tests/fakes.js';
import { type SmallTable, smallTable } from '../../tests/small-table.js';
import { predictTable } from '../predict/predict-table.node.js';
import { usualOutputs } from './output-names.js';

let table: SmallTable;
beforeEach(async () => {
  table = await smallTable();
});
afterEach(() => table.remove());

const logit = (p: number): number => Math.log(p / (1 - p));
/** Models that say these probabilities of dark pixels and of bright ones. */
const saying = (dark: number, bright: number) => pixelModel(({ value }) => logit(value > 0.5 ? bright : dark));
const options = (more: object = {}) => ({ out: table.out, all: true, outputs: ['disagreement'] as const, ...more });
const picture = (id: string) => readLabelImage(join(table.out, `disagreement/${id}.tif`));

describe('the output disagreement', () => {
  it('is the weighted standard deviation of the models’ probabilities', async () => {
    const models = [
      { model: saying(0.1, 0.9), weight: 3 },
      { model: saying(0.1, 0.3), weight: 1 },
    ];
    await predictTable(table.rows, models, options());
    const { data, width } = await picture('a');
    const at = (x: number, y: number): number => data[y * width + x] ?? -1;
    // Three quarters say 0.9 and a quarter 0.3: a deviation of 0.6 times the root of 3/16.
    expect(at(60, 45)).toBe(Math.round(510 * 0.6 * Math.sqrt(3 / 16)));
    expect(at(3, 3)).toBe(0);
    expect(await picture('c').then((one) => Math.max(...one.data))).toBe(0);
  });

  it('goes on from bands that an interrupted run left, to the same bytes', async () => {
    const models = [saying(0.1, 0.9), saying(0.2, 0.4)];
    const [a] = table.rows;
    const read = () => readFile(join(table.out, 'disagreement/a.tif'));
    const bands = { bandColumns: 32, crf: 'reference' };
    await predictTable(a === undefined ? [] : [a], models, options(bands));
    const whole = await read();
    const abort = new AbortController();
    let calls = 0;
    const onProgress = (): void => {
      if (++calls === 3) abort.abort();
    };
    const again = { ...options(bands), overwrite: true, signal: abort.signal, onProgress };
    await predictTable(a === undefined ? [] : [a], models, again).catch(() => undefined);
    await predictTable(a === undefined ? [] : [a], models, options(bands));
    expect((await read()).equals(whole)).toBe(true);
  });

  it('is written only where it is asked for, and goes when it no longer is', async () => {
    const models = [saying(0.1, 0.9), saying(0.1, 0.3)];
    await predictTable(table.rows, models, options());
    expect(existsSync(join(table.out, 'disagreement/a.tif'))).toBe(true);
    await predictTable(table.rows, models, { out: table.out, all: true });
    expect(existsSync(join(table.out, 'disagreement/a.tif'))).toBe(false);
    expect(existsSync(join(table.out, 'probability/a.tif'))).toBe(true);
    expect(usualOutputs).not.toContain('disagreement');
  });

  it('is refused where nobody can disagree', async () => {
    await expect(predictTable(table.rows, [saying(0.1, 0.9)], options())).rejects.toThrow(/there is one model/);
    const models = [saying(0.1, 0.9), saying(0.1, 0.3)];
    await expect(predictTable(table.rows, models, options({ merge: 'or', all: undefined }))).rejects.toThrow(
      /no map of a single model is kept/,
    );
  });
});
