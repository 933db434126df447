import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SlideRow } from '@ftuseg/slide';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bright, type SmallTable, smallTable } from '../../tests/small-table.js';
import type { SegmentationModel } from '../model/model.js';
import { predictTable as predictByEnsemble } from './predict-table.node.js';
import type { PredictTableOptions } from './table-options.js';

/** Test pictures are grey, as background is. */
const predictTable = (rows: readonly SlideRow[], model: SegmentationModel, options: PredictTableOptions) =>
  predictByEnsemble(rows, [model], { all: true, ...options });

let table: SmallTable;
let out: string;
let rows: SlideRow[];
const readReport = () => table.readReport();

beforeEach(async () => {
  table = await smallTable();
  ({ out, rows } = table);
});

afterEach(() => table.remove());

describe('predictTable within a budget', () => {
  /** A network that takes a second a tile by a clock of its own. */
  function slow() {
    const model = bright();
    const clock = { seconds: 0 };
    const run = async (...args: Parameters<typeof model.session.run>) => {
      clock.seconds += args[1][0];
      return model.session.run(...args);
    };
    return { model: { ...model, session: { ...model.session, run, bestBatch: 1 } }, now: () => clock.seconds, clock };
  }
  /** Of each slide: 2 x 2 tiles of 64 px, as often as there are views. */
  const asked = { overlap: 0, views: 'd4' } as const;
  const reducedOf = async (): Promise<unknown[]> =>
    (await readReport()).slides.map((slide: { reduced?: string; problem?: string }) => slide.reduced ?? slide.problem);

  it('does all that was asked where there is time', async () => {
    const { model, now } = slow();
    const { failed } = await predictTable(rows, model, { out, ...asked, budget: { seconds: 150, now } });
    expect(failed).toEqual([]);
    expect(await reducedOf()).toEqual([undefined, undefined, undefined]);
  });

  it('takes fewer views where there is not, says so, and ends in time', async () => {
    const { model, now, clock } = slow();
    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    await predictTable(rows, model, { out, ...asked, onNote, budget: { seconds: 70, now } });
    expect(notes).toEqual(['a: views reference instead of d4, to end in time']);
    expect(await reducedOf()).toEqual(Array(3).fill('views reference instead of d4'));
    expect(clock.seconds).toBeLessThan(70);
    expect((await readReport()).slides[0].tiles).toBe(16);
  });

  it('goes back to what was asked when slides turn out to be quick', async () => {
    const { model, now, clock } = slow();
    // The first slide shows that time passes at a tenth of what was measured.
    const quick = {
      ...model,
      session: {
        ...model.session,
        run: async (...args: Parameters<typeof model.session.run>) => {
          const logits = await model.session.run(...args);
          if (clock.seconds > 5) clock.seconds -= 0.9 * args[1][0];
          return logits;
        },
      },
    };
    await predictTable(rows, quick, { out, ...asked, budget: { seconds: 70, now } });
    expect(await reducedOf()).toEqual(['views reference instead of d4', undefined, undefined]);
  });

  it('gives up what is not done when time is up, and writes the submission', async () => {
    const { model, now, clock } = slow();
    const single = { overlap: 0, tileSize: 32 } as const;
    const summary = await predictTable(rows, model, { out, ...single, budget: { seconds: 25, now } });
    expect(clock.seconds).toBeLessThanOrEqual(25);
    expect(summary.failed.map(({ id, problem }) => [id, problem])).toEqual([
      ['b', expect.stringMatching(/^it was given up when the time was up; allow more hours/)],
      ['c', expect.stringMatching(/^there was no time left for it/)],
    ]);
    const lines = (await readFile(join(out, 'submission.csv'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => line.slice(0, 3))).toEqual(
      ['id,', 'a,', 'b,', 'c,'].map((text) => expect.stringContaining(text)),
    );
    expect(lines.slice(2)).toEqual(['b,', 'c,']);
    // What an earlier run has finished costs no time: this one has enough for the rest.
    const rest = await predictTable(rows, model, { out, ...single, budget: { seconds: 40, now } });
    expect([rest.kept, rest.failed]).toEqual([1, []]);
  });

  it('is positive', async () => {
    const { model } = slow();
    await expect(predictTable(rows, model, { out, budget: { seconds: 0 } })).rejects.toThrow(
      'maxHours: must be positive',
    );
  });
});
