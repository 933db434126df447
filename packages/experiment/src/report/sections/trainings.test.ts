import { describe, expect, it } from 'vitest';
import type { ReportFold } from '../report-data.js';
import { trainingsSection } from './trainings.js';

const fold = (name: string, bestEpoch: number, scores: readonly (number | undefined)[]): ReportFold => ({
  name,
  bestEpoch,
  validationDice: scores[bestEpoch - 1] ?? null,
  history: scores.map((validationDice, i) => ({ epoch: i + 1, loss: 1 - i / 10, dice: 0.5 + i / 10, validationDice })),
});
const bodyOf = (...folds: readonly ReportFold[]): string =>
  trainingsSection([{ name: 'T', summary: 'S', folds, byColumn: null }])?.body.text ?? '';

describe('trainingsSection', () => {
  it('draws loss and validation of every fold, with the best epoch of each', () => {
    const body = bodyOf(fold('a', 2, [0.6, 0.8, 0.7]), fold('b', 3, [0.5, undefined, 0.9]));
    expect(body.match(/<svg [^>]*class="chart"/g)).toHaveLength(2);
    expect(body.match(/class="best-epoch"/g)).toHaveLength(4);
    expect(body).toContain(
      '</svg>a</th><td class="number">2 of 3</td><td class="number">0.9000</td><td class="number">0.6000</td><td class="number">0.8000</td>',
    );
    const strokes = [
      ...body.matchAll(/<th scope="row"><svg[^>]*style="color:([^"]+)"[^>]*><path [^>]*stroke-dasharray="([^"]*)"/g),
    ];
    expect(new Set(strokes.map((m) => m[1])).size).toBe(2);
    expect(new Set(strokes.map((m) => m[2])).size).toBe(2);
  });

  it('says so where nothing was held back, or nothing was kept', () => {
    const body = bodyOf(fold('a', 0, [undefined, undefined]));
    expect(body.match(/<svg [^>]*class="chart"/g)).toHaveLength(1);
    expect(body).toContain('No slides were held back for validation.');
    expect(body).not.toContain('best-epoch');
    expect(body.match(/<td class="number">–<\/td>/g)).toHaveLength(4);
  });

  it('has a table of validation by the values of a column, with what is not known left open', () => {
    const values = [
      { value: 'north', slides: 4, cases: 3, dice: 0.7, interval: { low: 0.5, high: 0.9 } },
      { value: '', slides: 1, cases: 1, dice: 0.4, interval: null },
    ];
    const byColumn = { column: 'centre', values };
    const body = trainingsSection([{ name: 'T', summary: 'S', folds: [fold('a', 1, [0.6])], byColumn }])?.body.text;
    expect(body).toContain('<th scope="col">centre</th>');
    expect(body).toContain(
      'north</th><td class="number">4</td><td class="number">3</td><td class="number">0.7000</td><td class="number">0.5000 to 0.9000</td>',
    );
    expect(body).toContain(
      '–</th><td class="number">1</td><td class="number">1</td><td class="number">0.4000</td><td class="number">–</td>',
    );
  });
});
