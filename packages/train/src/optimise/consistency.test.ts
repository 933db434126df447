import { createModel, initialState, Liveness } from '@ftuseg/nn';
import { manualSeed, scope, tensor, torchAvailable } from '@ftuseg/torch';
import { describe, expect, it } from 'vitest';
import { type BatchJob, batchMemory, renderBatch } from '../batches/batch.js';
import { augmentPresets } from '../config/augment.js';
import { parseTrainConfig } from '../config/parse-config.js';
import { disposeState, uploadState } from '../network/network.js';
import { consistencyLoss } from './consistency.js';
import { createOptimiser } from './optimiser.js';
import { singleStep, trainStep } from './step.js';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const side = 32;
const slide = {
  width: 90,
  height: 70,
  image: Uint8Array.from({ length: 90 * 70 * 3 }, (_, i) => (i * 2654435761) >>> 24),
  mask: new Uint8Array(90 * 70),
  objects: new Int32Array(),
};
const job = (strong: BatchJob['strong']): BatchJob => ({
  slides: [slide],
  plan: { kind: 'free', shares: Float64Array.of(1), centred: 0, jitter: 0, bins: [] },
  tile: side,
  classes: 1,
  batchSize: 3,
  seed: 4,
  augment: augmentPresets.standard,
  normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  strong,
});

describe('two views of an unlabelled window', () => {
  it('lie in the same place, and differ in what the second one is changed by', () => {
    const rendered = (strong: BatchJob['strong']) => {
      const memory = batchMemory(job(strong));
      expect([memory.images.length, memory.masks.length]).toEqual([2 * 3 * side * side * 3, 0]);
      renderBatch(job(strong), { epoch: 1, first: 3 }, memory);
      const half = memory.images.length / 2;
      return [memory.images.slice(0, half), memory.images.slice(half)] as const;
    };
    const [plain, same] = rendered(augmentPresets.none);
    expect(same).toEqual(plain);
    const [again, changed] = rendered(augmentPresets.strong);
    expect(again).toEqual(plain);
    expect(changed).not.toEqual(plain);
    expect(changed.every(Number.isFinite)).toBe(true);
  });
});

describe.skipIf(!torchAvailable())('consistency (needs libtorch: make libtorch)', () => {
  it('is the cross-entropy with sure answers of either kind, and counts the others in the mean', () => {
    const [logits, teacher] = [
      [0.3, -2, 1.5, 4],
      [3, -4, 0.5, -0.2],
    ];
    const wanted = (-Math.log(sigmoid(0.3)) - Math.log(1 - sigmoid(-2))) / 4;
    const found = scope(() =>
      consistencyLoss(
        tensor(Float32Array.from(logits ?? []), [1, 1, 2, 2]),
        tensor(Float32Array.from(teacher ?? []), [1, 1, 2, 2]),
        0.9,
      ).item(),
    );
    expect(found).toBeCloseTo(wanted, 6);
  });

  it('adds its gradient to that of the labelled batch, none through the teacher, and repeats by its seed', () => {
    const model = createModel({ decoder: 'unet', encoder: 'tu-test_efficientnet', classes: 1 });
    const memory = batchMemory({ batchSize: 3, tile: side, classes: 1 });
    memory.images.forEach((_, i) => {
      memory.images[i] = Math.sin(i);
    });
    const views = batchMemory(job(augmentPresets.strong));
    renderBatch(job(augmentPresets.strong), { epoch: 0, first: 0 }, views);
    const [own, teachers] = [initialState(model, 1), initialState(model, 2)];
    const run = (consistency: object | undefined) => {
      const config = parseTrainConfig({ data: '-', out: '-', ...(consistency === undefined ? {} : { consistency }) });
      const state = uploadState(model, own, true);
      const teacher = uploadState(model, teachers, true);
      const optimiser = createOptimiser(model, state, config.optimiser);
      const context = {
        ...config,
        model,
        state,
        optimiser,
        liveness: new Liveness(model),
        targets: 'hard' as const,
        batchSize: 3,
        tile: side,
        classes: 1,
      };
      manualSeed(5);
      const step = consistency && { config: config.consistency, teacher, batch: views };
      const { loss } = trainStep(context, memory, singleStep(1), step);
      const names = ['encoder.model.conv_stem.weight', 'segmentation_head.0.weight'];
      const weights = names.map((name) => Array.from(state.get(name)?.toArray() ?? [], Number));
      const learnt = [...teacher.values()].some((entry) => entry.grad !== undefined);
      optimiser.dispose();
      disposeState(state);
      disposeState(teacher);
      return { loss, weights, learnt };
    };
    const sure = { confidence: 0.5, featureDropout: 0.5 };
    const [without, withBoth] = [run(undefined), run(sure)];
    expect(withBoth.loss).toBeGreaterThan(without.loss);
    expect(withBoth.weights).not.toEqual(without.weights);
    expect(withBoth.learnt).toBe(false);
    expect(run(sure)).toEqual(withBoth);
    expect(run({ ...sure, featureDropout: 0 }).loss).not.toBe(withBoth.loss);
    expect(run({ ...sure, weight: 2 }).loss - without.loss).toBeCloseTo(2 * (withBoth.loss - without.loss), 4);
    const unsure = run({ ...sure, confidence: 0.99999 });
    expect(unsure.loss).toBeLessThan(withBoth.loss);
  });
});
