/** A report as an experiment would leave it: three folds, twelve slides with drawn tissue, two tables. All from one seed. */
import { createRandom, emptyRaster, matchObjects, type Raster, raster, runsOfRaster } from '@ftuseg/core';
import type { ReportData, ReportEvaluation, ReportFold, ReportSlide } from '@ftuseg/experiment';
import { drawMatches } from '@ftuseg/infer';
import { encodeJpeg } from '@ftuseg/slide';

type Random = ReturnType<typeof createRandom>;

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

const [WIDTH, HEIGHT] = [900, 640];

function forDisc({ x, y, radius }: Disc, visit: (at: number, distance: number) => void): void {
  for (let row = Math.max(0, Math.ceil(y - radius)); row <= Math.min(HEIGHT - 1, y + radius); row++) {
    for (let column = Math.max(0, Math.ceil(x - radius)); column <= Math.min(WIDTH - 1, x + radius); column++) {
      const distance = Math.hypot(row - y, column - x) / radius;
      if (distance <= 1) visit(row * WIDTH + column, distance);
    }
  }
}

/** Pink tissue with tubules, and darker tufts in pale capsules. */
function tissue(glomeruli: readonly Disc[], random: Random): Raster {
  const image = raster(WIDTH, HEIGHT, 3, new Uint8Array(WIDTH * HEIGHT * 3));
  const paint = (at: number, r: number, g: number, b: number): void => {
    const grain = random.next() * 14;
    image.data.set([r + grain, g + grain, b + grain], at * 3);
  };
  for (let at = 0; at < WIDTH * HEIGHT; at++) paint(at, 224, 184, 208);
  for (let i = 0; i < 900; i++) {
    const disc = { x: random.next() * WIDTH, y: random.next() * HEIGHT, radius: 8 + random.next() * 8 };
    forDisc(disc, (at, distance) =>
      paint(at, distance < 0.45 ? 238 : 198, distance < 0.45 ? 226 : 132, distance < 0.45 ? 234 : 176),
    );
  }
  for (const disc of glomeruli) {
    forDisc(disc, (at, distance) =>
      paint(at, distance > 0.85 ? 236 : 150, distance > 0.85 ? 222 : 84, distance > 0.85 ? 232 : 142),
    );
  }
  return image;
}

function maskOf(discs: readonly Disc[]): Raster {
  const mask = emptyRaster(WIDTH, HEIGHT);
  for (const disc of discs) forDisc(disc, (at) => mask.data.fill(1, at, at + 1));
  return mask;
}

async function slide(id: string, index: number, random: Random): Promise<ReportSlide> {
  const all = Array.from({ length: 9 }, (_, i) => ({
    x: 130 + (i % 3) * 300 + random.next() * 70,
    y: 110 + Math.floor(i / 3) * 200 + random.next() * 40,
    radius: 42 + random.next() * 22,
  }));
  const [truth, spurious] = [all.slice(index % 2), all.slice(0, index % 2)];
  const found = truth
    .slice(index % 4 === 0 ? 1 : 0)
    .map((disc) => ({ ...disc, x: disc.x + 5, radius: disc.radius - 3 }));
  const [actual, predicted] = [runsOfRaster(maskOf(truth)), runsOfRaster(maskOf([...found, ...spurious]))];
  const matched = matchObjects(predicted, actual);
  const image = drawMatches(tissue(truth, random), [{ prediction: predicted, truth: actual, matched }]);
  return {
    id,
    dice: 0.95 - 0.05 * (index % 2) - 0.06 * Number(index % 4 === 0) - 0.03 * random.next() ** 2,
    truePositives: matched.truePositives.length,
    falseNegatives: matched.falseNegatives.length,
    falsePositives: matched.falsePositives.length,
    picture: await encodeJpeg(image, 90),
  };
}

function fold(name: string, random: Random, best: number): ReportFold {
  const [lag, ceiling] = [3 + random.next() * 2, best - 0.005 + random.next() * 0.01];
  const history = Array.from({ length: 24 }, (_, i) => {
    const learnt = 1 - Math.exp(-(i + 1) / lag);
    return {
      epoch: i + 1,
      loss: 1.1 - learnt * 0.95 + random.next() * 0.04,
      dice: 0.4 + learnt * 0.55,
      validationDice: 0.35 + learnt * (ceiling - 0.35) - random.next() * 0.025,
      validationLoss: 1.2 - learnt * 0.9,
    };
  });
  const kept = history.reduce((a, b) => (b.validationDice > a.validationDice ? b : a));
  return { name, history, bestEpoch: kept.epoch, validationDice: kept.validationDice };
}

function evaluation(name: string, summary: string, slides: readonly ReportSlide[], shift: number): ReportEvaluation {
  const scored = slides.map((item) => ({ ...item, dice: item.dice + shift }));
  const meanDice = scored.reduce((sum, { dice }) => sum + dice, 0) / scored.length;
  const interval = { low: meanDice - 0.021, high: meanDice + 0.017 };
  return { name, summary, meanDice, interval, pooledDice: meanDice + 0.008, slides: scored };
}

/** About 2 MB of pictures. */
export async function exampleReport(): Promise<ReportData> {
  const random = createRandom(11);
  const drawn: ReportSlide[] = [];
  for (let i = 0; i < 15; i++) drawn.push(await slide(`kidney-${String(i + 1).padStart(2, '0')}`, i, random));
  const [slides, picturesSeen] = [drawn.slice(0, 12), drawn.slice(12)];
  const stage2 = evaluation(
    'Stage 2',
    'True positives overlap the truth by more than half (IoU above 0.5).',
    slides,
    0,
  );
  const stage1 = evaluation(
    'Stage 1',
    'The same slides; pictures are those of stage 2, which differ by a few outlines.',
    slides.map((item) => ({ ...item, picture: undefined })),
    -0.008,
  );
  const mean = ({ meanDice: value, interval }: ReportEvaluation) => ({ value, digits: 4, ...interval });
  const pooled = ({ pooledDice: value }: ReportEvaluation) => ({ value, digits: 4 });
  return {
    title: 'Two stages on PAS kidney: what pseudo-labels add',
    summary:
      'Three folds of a Unet on EfficientNet-B1 were trained on eight donors; their ensemble labelled twelve further slides, and a second stage learned from both. Scored on twelve slides of four donors that no training saw.',
    cautions: [
      'The slides that were pseudo-labelled are those of the test: the second stage saw their pictures, though never their outlines.',
      'Twelve slides of four donors: intervals are wide, and donors are drawn as a whole.',
    ],
    date: new Date('2026-01-31T09:30:00Z'),
    tables: [
      {
        name: 'Stages',
        caption:
          'Ensembles of three folds on 12 test slides of 4 donors; threshold 0.5 and no tuning on the test slides.',
        columns: [
          { title: 'Ensemble', align: 'left' },
          { title: 'Mean Dice', align: 'right', best: 'high' },
          { title: 'Pooled Dice', align: 'right', best: 'high' },
          { title: 'False negatives', align: 'right', best: 'low' },
          { title: 'Change', align: 'right' },
        ],
        rows: [
          ['Stage 1', mean(stage1), pooled(stage1), { value: 5, digits: 0 }, '–'],
          [
            'Stage 2, hard pseudo-labels',
            mean(stage2),
            pooled(stage2),
            { value: 3, digits: 0 },
            { value: 0.008, digits: 4, low: 0.0012, high: 0.0151 },
          ],
          [
            'Stage 2, soft pseudo-labels',
            { value: 0.8964, digits: 4, low: 0.8752, high: 0.9141 },
            { value: 0.9071, digits: 4 },
            { value: 4, digits: 0 },
            { value: 0.0054, digits: 4, low: -0.0021, high: 0.0129 },
          ],
        ],
        remarks: [
          'Hard pseudo-labels gain 0.008 in mean Dice over the first stage, and the interval of the difference excludes zero.',
          'Soft pseudo-labels are not told apart from the first stage.',
        ],
      },
      {
        name: 'Test-time augmentation',
        caption: 'The same ensemble of the second stage with more views of every tile, on the same 12 slides; 2 cores.',
        columns: [
          { title: 'Views', align: 'left' },
          { title: 'Mean Dice', align: 'right', best: 'high' },
          { title: 'Seconds per slide', align: 'right', best: 'low' },
        ],
        rows: [
          ['none', { value: 0.8958, digits: 4 }, { value: 12.4, digits: 1 }],
          ['two flips', { value: 0.899, digits: 4 }, { value: 36.75, digits: 2 }],
          ['all eight', { value: 0.8991, digits: 4 }, { value: 99, digits: 0 }],
        ],
        remarks: ['Five more views cost 2.7 times as long and gain nothing that these slides could show.'],
      },
    ],
    evaluations: [stage2, stage1],
    trainings: [1, 2].map((stage) => ({
      name: `Stage ${stage}`,
      summary: 'Unet on timm-efficientnet-b1, windows of 512 px at 2 µm per pixel, BCE + Dice, AdamW, seed 7.',
      folds: [0, 1, 2].map((index) => fold(`fold ${index}`, random, 0.9 + stage * 0.012 - index * 0.012)),
      byColumn: {
        column: 'centre',
        values: [
          { value: 'north', slides: 14, cases: 9, dice: 0.87 + stage * 0.02, interval: { low: 0.851, high: 0.934 } },
          { value: 'south', slides: 4, cases: 2, dice: 0.83 + stage * 0.02, interval: null },
        ],
      },
    })),
    selections: [
      {
        name: 'Ensemble of stage 1',
        models: [
          { name: 'unet-b1, fold 0', weight: 0.4, score: 0.9052 },
          { name: 'unet-b1, fold 1', weight: 0.35, score: 0.8987 },
          { name: 'fpn-b1, fold 0', weight: 0.25, score: 0.8931 },
        ],
        reasons: [
          'Greedy selection with replacement over out-of-fold predictions stopped after six rounds: a seventh model gained less than 0.0005.',
          'linknet-b1 was left out: it is worse alone and errs on the same slides as unet-b1.',
        ],
      },
    ],
    pseudoLabels: [
      {
        name: 'Pseudo-labels for stage 2',
        summary:
          '12 slides, 131 objects above a confidence of 0.9; 14 objects between 0.4 and 0.9 were left out of the loss.',
        examples: picturesSeen.flatMap(({ id, picture }) =>
          picture === undefined ? [] : [{ id, picture, caption: '9 objects, 1 left out' }],
        ),
      },
    ],
    steps: [
      {
        name: 'data',
        kind: 'prepare',
        status: 'kept',
        seconds: 81,
        peakBytes: 310 * 2 ** 20,
        summary: '20 slides, 8,412 tiles at 2 µm per pixel.',
      },
      {
        name: 'stage1',
        kind: 'train',
        status: 'done',
        seconds: 5321,
        peakBytes: 1.3 * 2 ** 30,
        summary: '3 folds, mean validation Dice 0.901.',
      },
      {
        name: 'pseudo',
        kind: 'pseudo-label',
        status: 'done',
        seconds: 442,
        peakBytes: 0.9 * 2 ** 30,
        summary: '131 objects on 12 slides.',
      },
      {
        name: 'stage2',
        kind: 'train',
        status: 'done',
        seconds: 6940,
        peakBytes: 1.4 * 2 ** 30,
        summary: '3 folds, mean validation Dice 0.913.',
      },
      {
        name: 'scores',
        kind: 'evaluate',
        status: 'done',
        seconds: 9.4,
        peakBytes: 210 * 2 ** 20,
        summary: 'Mean Dice 0.899 on 12 slides.',
      },
    ],
    facts: [
      ['processor', 'Intel Xeon Platinum 8481C, 2 cores'],
      ['memory', '8 GiB'],
      ['libtorch', '1.13.1, 2 threads'],
      ['ONNX Runtime', '1.23.0'],
      ['seeds', '7 (both stages)'],
    ],
    recipe:
      'seed: 7\nsteps:\n  - name: data\n    prepare: { slides: slides.csv, micronsPerPixel: 2, tile: 512 }\n  - name: stage1\n    train: { data: data, encoder: timm-efficientnet-b1, folds: [0, 1, 2] }\n',
  };
}
