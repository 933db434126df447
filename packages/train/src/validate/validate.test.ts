/** Validation against the same numbers computed plainly: the probabilities of a whole slide in memory, one threshold and class after another. */
import { createRandom, crop, dice, mean, overlapCounts, type Rect, raster, tileGrid } from '@ftuseg/core';
import { createModel, initialState } from '@ftuseg/nn';
import { dispatch, noGrad, scope, setThreads, torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discs } from '../../tests/discs.js';
import { lossSchema } from '../config/loss.js';
import { segmentationLoss } from '../loss/loss.js';
import { disposeState, type TensorState, uploadState } from '../network/network.js';
import { predictLogits, wrapImages, wrapMasks } from '../network/passes.js';
import { validate } from './validate.js';
import type { ValidationOptions, ValidationSlide } from './validation-slide.js';

const thresholds = Array.from({ length: 13 }, (_, i) => Math.round((0.2 + 0.05 * i) * 100) / 100);
describe.skipIf(!torchAvailable())('validate (needs libtorch: make libtorch)', () => {
  const model = createModel({ decoder: 'linknet', encoder: 'tu-test_efficientnet', classes: 2 });
  let state: TensorState = new Map();
  beforeAll(() => {
    setThreads(1);
    state = uploadState(model, initialState(model, 3), false);
  });
  afterAll(() => disposeState(state));

  const options: ValidationOptions = {
    classes: ['a', 'b'],
    tile: 32,
    overlap: 0.4,
    batchSize: 3,
    task: 'segment',
    threshold: 'search',
    precision: 'float32',
    channelsLast: false,
    device: 'cpu',
    loss: lossSchema.parse({}),
    normalisation: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  };
  const slideOf = (width: number, height: number, seed: number, tiles?: readonly Rect[]): ValidationSlide => {
    const { image, labels } = discs(width, height, seed);
    const random = createRandom(seed);
    const mask = labels.data.map((value) => value | (random.chance(0.3) ? 2 : 0));
    return { id: `s${seed}`, pixels: { width, height, image: image.data, mask }, tiles };
  };

  /** What `validate` finds, at every threshold. */
  function plain(slides: readonly ValidationSlide[]) {
    let [loss, tiles] = [0, 0];
    const scored = slides.map(({ pixels: { width, height, image, mask }, tiles: only }) => {
      const places = only ?? tileGrid(width, height, { tile: 32, overlap: 13 });
      const size = width * height;
      const sums = new Float32Array(2 * size);
      const counts = new Uint16Array(size);
      for (let first = 0; first < places.length; first += 3) {
        const batch = places.slice(first, first + 3);
        const images = batch.flatMap((place) =>
          Array.from(crop(raster(width, height, 3, image), place).data, (value) => (value / 255 - 0.5) / 0.25),
        );
        const labels = batch.flatMap((place) =>
          Array.from(crop(raster(width, height, 1, mask), place).data).flatMap((bits) => [bits & 1, bits >> 1]),
        );
        const found = noGrad(() =>
          scope(() => {
            const input = wrapImages(Float32Array.from(images), batch.length, 32, options);
            const logits = predictLogits(model, state, input, options);
            const truth = wrapMasks(Float32Array.from(labels), batch.length, 32, 2, options);
            loss += segmentationLoss(logits, truth, options.loss).total.item() * batch.length;
            return dispatch('sigmoid', logits).toArray();
          }),
        );
        tiles += batch.length;
        batch.forEach((place, n) => {
          for (let i = 0; i < 32 * 32; i++) {
            const [x, y] = [place.x + (i % 32), place.y + Math.floor(i / 32)];
            if (x >= width || y >= height) continue;
            const at = y * width + x;
            counts[at] = (counts[at] ?? 0) + 1;
            for (const c of [0, 1])
              sums[c * size + at] = (sums[c * size + at] ?? 0) + Number(found[(n * 2 + c) * 1024 + i]);
          }
        });
      }
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) / Math.max(1, counts[i % size] ?? 0);
      return thresholds.map((threshold) => {
        const overlaps = [0, 1].map((c) =>
          overlapCounts(
            raster(
              width,
              height,
              1,
              Uint8Array.from(mask, (_, i) => (counts[i] && (sums[c * size + i] ?? 0) >= threshold ? 1 : 0)),
            ),
            raster(
              width,
              height,
              1,
              mask.map((bits, i) => (counts[i] ? (bits >> c) & 1 : 0)),
            ),
          ),
        );
        const covered = 2 * counts.filter((count) => count > 0).length;
        const wrong = overlaps.map(({ intersection, prediction, truth }) => prediction + truth - 2 * intersection);
        return { dice: overlaps.map(dice), right: covered - (wrong[0] ?? 0) - (wrong[1] ?? 0), covered };
      });
    });
    return thresholds.map((threshold, t) => {
      const at = scored.map((slide) => slide[t] ?? { dice: [], right: 0, covered: 0 });
      const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);
      return {
        threshold,
        meanDice: mean(at.map((slide) => mean(slide.dice))),
        loss: loss / tiles,
        accuracy: sum(at.map(({ right }) => right)) / sum(at.map(({ covered }) => covered)),
        slides: slides.map(({ id }, i) => ({ id, dice: mean(at[i]?.dice ?? []) })),
        classes: {
          a: mean(at.map((slide) => slide.dice[0] ?? 0)),
          b: mean(at.map((slide) => slide.dice[1] ?? 0)),
        },
      };
    });
  }

  const place = (x: number, y: number): Rect => ({ x, y, width: 32, height: 32 });
  it.each([
    ['whole slides, one smaller than a tile', [slideOf(75, 130, 1), slideOf(20, 25, 2)]],
    [
      'tiles far apart, over the border, and out of order',
      [slideOf(90, 300, 3, [place(0, 200), place(70, 290), place(40, 3), place(44, 9)])],
    ],
  ] as const)('has the numbers of a plain computation at each threshold: %s', async (_, slides) => {
    const expected = plain(slides);
    for (const wanted of expected) {
      expect(await validate(model, state, slides, { ...options, threshold: wanted.threshold })).toEqual(wanted);
    }
    const best = Math.max(...expected.map(({ meanDice }) => meanDice));
    const found = await validate(model, state, slides, options);
    expect(found.meanDice).toBe(best);
    expect(expected).toContainEqual(found);
    expect(new Set(expected.map(({ meanDice }) => meanDice)).size).toBeGreaterThan(1);
  });

  it('leaves out what is unknown, whatever the mask says there', async () => {
    const slide = slideOf(75, 130, 1);
    const { width, height, mask } = slide.pixels;
    const isUnknown = (at: number): boolean => at % width >= 40;
    const soft = Uint8Array.from({ length: 2 * width * height }, (_, i) =>
      isUnknown(i >> 1) ? 255 : 254 * (((mask[i >> 1] ?? 0) >> (i & 1)) & 1),
    );
    const score = (bits: number) => {
      const known = mask.map((value, i) => (isUnknown(i) ? bits : value));
      const one = { ...slide, pixels: { ...slide.pixels, mask: known, soft } };
      return validate(model, state, [one], { ...options, threshold: 0.3 });
    };
    const found = await score(0);
    expect(await score(3)).toEqual(found);
    const whole = await validate(model, state, [slide], { ...options, threshold: 0.3 });
    expect(found.meanDice).not.toBe(whole.meanDice);
    expect(found.loss).not.toBe(whole.loss);
  });
});
