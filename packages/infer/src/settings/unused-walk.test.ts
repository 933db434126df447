/** Every setting of a prediction, in many companies: each other value changes what comes out, or is refused. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { FtuError, rleOfRuns, standardStain } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { few } from '../../../../tests/long.js';
import { memorySlide, paint, pixelModel } from '../../tests/fakes.js';
import type { SegmentationModel } from '../model/model.js';
import { predictSlide } from '../predict/predict-slide.js';
import { applyGate } from '../session/classifier-gate.js';
import { type PredictSettings, predictSettingsSchema } from './predict-settings.js';

/** They say how fast it goes. */
const operational = new Set(['batchSize']);

const [WIDTH, HEIGHT] = [320, 200];
/** From here on the background is empty. */
const BACKGROUND_LEFT = 170;
/** Tissue with discs of several sizes, two that touch, one with a hole, a faint one, noise, and background at the right. */
const discs = [
  { x: 40, y: 40, r: 18, value: 40 },
  { x: 92, y: 45, r: 17, value: 60 },
  { x: 124, y: 45, r: 17, value: 60 },
  { x: 50, y: 120, r: 22, value: 55 },
  { x: 120, y: 120, r: 7, value: 20 },
  { x: 100, y: 165, r: 12, value: 108 },
];
const picture = paint(WIDTH, HEIGHT, (x, y) => {
  if (x > BACKGROUND_LEFT) return 255 - ((x * 7 + y * 3) % 4);
  const noise = ((x * 37 + y * 91 + ((x * y) % 17) * 13) % 61) - 30;
  const disc = discs.find((one) => Math.hypot(x - one.x, y - one.y) <= one.r);
  const hole = Math.hypot(x - 50, y - 120) < 6;
  return Math.max(0, Math.min(250, (disc === undefined || hole ? 170 : disc.value) + noise));
});
// Colour tells tissue from background.
for (let i = 0; i < WIDTH * HEIGHT; i++) {
  const value = picture.data[3 * i] as number;
  if (i % WIDTH <= BACKGROUND_LEFT) picture.data[3 * i + 1] = Math.max(0, value - 40);
}

const profile = readFileSync(new URL('../../../slide/tests/fixtures/icc/lut16-lab.icc', import.meta.url));
/** With a profile that changes its colours. */
const slideWithProfile = () => ({ ...memorySlide(picture, 4), readIccProfile: async () => new Uint8Array(profile) });

/** The network of a card with a tile classifier that likes dark tiles. */
function classified(plain: SegmentationModel): SegmentationModel {
  const run: SegmentationModel['session']['run'] = async (batch, shape, gate) => {
    const logits = await plain.session.run(batch, shape);
    const each = batch.length / shape[0];
    const tiles = Array.from({ length: shape[0] }, (_, n) => {
      let sum = 0;
      for (let i = n * each; i < (n + 1) * each; i++) sum += batch[i] as number;
      return 12 * (0.6 - sum / each);
    });
    applyGate(logits, Float32Array.from(tiles), gate);
    return logits;
  };
  return { ...plain, card: { ...plain.card, tileOutput: true }, session: { ...plain.session, run } };
}

/** Dark is foreground; where a pixel lies in its tile counts a little, and so do its neighbours' brightness and the background. */
const model = () =>
  pixelModel(
    ({ value, x, y, tile }) => {
      const background = value > 0.985 ? ((x + y) % 5 === 0 ? 9 : 0) : 0;
      return 6 * (0.42 - value) + 0.8 * Math.sin((5 * x) / tile + (3 * y) / tile) + background;
    },
    { micronsPerPixel: 4 },
  );

async function behaviourOf(settings: PredictSettings): Promise<string> {
  const { probability, mask, plan } = await predictSlide(slideWithProfile(), [classified(model())], settings);
  const bytes = new Uint8Array(probability.data.buffer, probability.data.byteOffset, probability.data.byteLength);
  return (
    createHash('sha256')
      .update(bytes)
      .update(rleOfRuns(mask))
      // Of which areas are made.
      .update(String(plan.micronsPerPixel))
      .digest('hex')
  );
}

const companies: Readonly<Record<string, PredictSettings>> = {
  default: {},
  'everything after it': { fillHoles: true, split: true, minimumArea: 3000, peak: 0.8 },
  crf: { crf: 'reference', views: 'd4' },
  'joined masks': { merge: 'or' },
  'joined masks, crf': { merge: 'or', crf: 'reference' },
  'centres, scales': { merge: 'center', scales: '1,1.5', overlap: 0.5 },
  'all background': { all: true, merge: 'mean', views: 'reference' },
  'a factor': { downsample: 2, tileSize: 32 },
};

/** Other values for each setting. */
const others: Readonly<Record<string, readonly unknown[]>> = {
  views: ['none', 'reference', 'd4'],
  scales: ['1', '1.5', '0.7,1'],
  merge: ['hann', 'gaussian', 'mean', 'center', 'or'],
  overlap: [0.25, 0.5, 8],
  tileSize: [64, 96, 32, 'auto'],
  classifierGate: ['multiply', 0.3, 0.9],
  all: [true, false],
  crf: ['none', 'reference', 'sxy=5,compat=8,iterations=3'],
  threshold: [0.3, 0.7],
  peak: [0.2, 0.9, 0.99],
  minimumArea: [0, 2000, 9000],
  // Refused where nobody says the area.
  minimumAreaUnit: ['px'],
  fillHoles: [true, false],
  split: [true, false],
  icc: ['stored', 'srgb'],
  stainNormalisation: ['none', 'reinhard', 'macenko'],
  // Refused where nothing is brought to it.
  stainTarget: [standardStain.macenko, standardStain.reinhard],
  micronsPerPixel: [2, 8],
  downsample: [1.5, 2, 3],
};

describe('classifierGate', () => {
  it.each(['often', '1.2', 0, 1, ''])('refuses %o', async (classifierGate) => {
    await expect(behaviourOf({ classifierGate })).rejects.toThrow(
      /classifierGate is "multiply" or a probability between 0 and 1/,
    );
  });

  it('is a number as text, too, and needs a classifier and the tiles that it was trained on', async () => {
    expect(await behaviourOf({ classifierGate: '0.3' })).toBe(await behaviourOf({ classifierGate: 0.3 }));
    await expect(behaviourOf({ classifierGate: 0.3, tileSize: 96 })).rejects.toThrow(
      'the classifier was trained on tiles of 64 pixels, and these have 96',
    );
    const plain = predictSlide(memorySlide(picture, 4), [model()], { classifierGate: 0.3 });
    await expect(plain).rejects.toThrow('the model has no tile classifier, which classifierGate asks');
  });
});

describe('every setting of a prediction', () => {
  it('is known here', () => {
    const names = Object.keys(predictSettingsSchema.shape).filter((name) => !operational.has(name));
    expect(Object.keys(others).sort()).toEqual(names.sort());
  });

  it.each(few(Object.entries(companies), 8))('changes what comes out or is refused: %s', async (_, company) => {
    const before = await behaviourOf(company);
    const idle: string[] = [];
    let changed = 0;
    for (const [name, values] of Object.entries(others)) {
      const outcomes: string[] = [];
      for (const value of values) {
        const now = { ...company, [name]: value };
        try {
          outcomes.push((await behaviourOf(now)) === before ? 'same' : 'changed');
        } catch (error) {
          if (!(error instanceof FtuError)) throw error;
          outcomes.push('refused');
        }
      }
      if (outcomes.includes('changed')) changed++;
      // One is the value that it has anyway.
      else if (outcomes.filter((one) => one === 'refused').length < values.length - 1) idle.push(name);
    }
    expect(idle).toEqual([]);
    expect(changed).toBeGreaterThan(8);
  });
});
