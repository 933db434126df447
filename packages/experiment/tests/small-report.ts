/** A report with one or two of everything and pictures of a few bytes. */
import type { ReportData, ReportSlide } from '@ftuseg/experiment';

/** Bytes that differ from picture to picture; no test of the page decodes them. */
export const fakePicture = (index: number): Uint8Array => Uint8Array.of(0xff, 0xd8, index & 255, index >> 8);

export const fakeSlide = (id: string, dice: number, picture?: Uint8Array): ReportSlide => ({
  id,
  dice,
  truePositives: 8,
  falseNegatives: 2,
  falsePositives: 1,
  picture,
});

/** @param say what becomes of every text, such as something hostile */
export function smallReport(say: (text: string) => string = (text) => text): ReportData {
  return {
    title: say('A title'),
    summary: say('A summary.'),
    cautions: [say('A caution.')],
    date: new Date('2026-01-31T09:30:00Z'),
    tables: [
      {
        name: say('A table'),
        caption: say('A caption.'),
        columns: [
          { title: say('Model'), align: 'left' },
          { title: say('Dice'), align: 'right', best: 'high' },
        ],
        rows: [
          [say('first'), { value: 0.91, digits: 3, low: 0.9, high: 0.92 }],
          [say('second'), say('none')],
        ],
        remarks: [say('A remark.')],
      },
    ],
    evaluations: [
      {
        name: say('An evaluation'),
        summary: say('Of slides.'),
        meanDice: 0.7,
        interval: { low: 0.6, high: 0.8 },
        pooledDice: 0.75,
        slides: [
          fakeSlide(say('good'), 0.9, fakePicture(1)),
          fakeSlide(say('bad'), 0.3, fakePicture(2)),
          fakeSlide(say('middle'), 0.6, fakePicture(3)),
        ],
      },
    ],
    trainings: [
      {
        name: say('A training'),
        summary: say('Unet.'),
        folds: [0, 1].map((fold) => ({
          name: say(`fold ${fold}`),
          history: [
            { epoch: 1, loss: 0.9, dice: 0.5, validationDice: 0.6 },
            { epoch: 2, loss: 0.5, dice: 0.7, validationDice: 0.8 },
          ],
          bestEpoch: 2,
          validationDice: 0.8,
        })),
        byColumn: {
          column: say('centre'),
          values: [{ value: say('north'), slides: 2, cases: 2, dice: 0.8, interval: null }],
        },
      },
    ],
    selections: [
      {
        name: say('A selection'),
        models: [
          { name: say('unet'), weight: 0.75, score: 0.81234 },
          { name: say('fpn'), weight: 0.25, score: null },
        ],
        reasons: [say('A reason.')],
      },
    ],
    pseudoLabels: [
      {
        name: say('Labels'),
        summary: say('Soft.'),
        examples: [{ id: say('example'), caption: say('An example.'), picture: fakePicture(9) }],
      },
    ],
    steps: [
      {
        name: say('data'),
        kind: say('prepare'),
        status: 'done',
        summary: say('20 slides.'),
        seconds: 30,
        peakBytes: 2 ** 30,
      },
      {
        name: say('stage1'),
        kind: say('train'),
        status: 'failed',
        summary: say('No memory.'),
        seconds: 90,
        peakBytes: 3 * 2 ** 30,
      },
      {
        name: say('scores'),
        kind: say('evaluate'),
        status: 'skipped',
        summary: say('Never begun.'),
        seconds: null,
        peakBytes: null,
      },
    ],
    facts: [[say('seed'), say('7')]],
    recipe: say('seed: 7'),
  };
}

/** Without sections. */
export const emptyReport: ReportData = {
  title: 'Nothing',
  summary: 'Nothing was run.',
  cautions: [],
  date: new Date('2026-01-31T09:30:00Z'),
  tables: [],
  evaluations: [],
  trainings: [],
  selections: [],
  pseudoLabels: [],
  steps: [],
  facts: [],
  recipe: undefined,
};
