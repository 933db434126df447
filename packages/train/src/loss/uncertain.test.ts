import { createRandom } from '@ftuseg/core';
import { scope, type Tensor, tensor, torchAvailable } from '@ftuseg/torch';
import { describe, expect, it } from 'vitest';
import { entropy, literalTerms, type Plane } from '../../tests/literal-loss.js';
import { type LossConfig, lossSchema } from '../config/loss.js';
import type { TargetKind } from './labels.js';
import { type LossParts, networkLoss, segmentationLoss, tileLoss } from './loss.js';

const [images, classes, side] = [2, 3, 6];
const area = side * side;
const shape = [images, classes, side, side];
const terms = Object.keys(literalTerms);

const configOf = (name: string, more: object = {}): LossConfig =>
  lossSchema.parse({ bce: 0, dice: 0, [name]: 1, boundaryRadius: 1, labelSmoothing: 0.1, ...more });

interface Batch {
  readonly logits: number[];
  readonly target: number[];
}

/** Random logits and targets; `uncertain` says of which pixel nothing is known. */
function batch(seed: number, soft: boolean, uncertain: (plane: number, index: number) => boolean): Batch {
  const random = createRandom(seed);
  const logits = Array.from({ length: images * classes * area }, () => random.uniform(-3, 3));
  const target = logits.map((_, i) => {
    const value = soft ? random.int(255) / 254 : random.int(2);
    return uncertain(Math.floor(i / area), i % area) ? -1 : value;
  });
  return { logits, target };
}

/** Of every plane another third; the last class of both images wholly. */
const scattered = (seed: number) => {
  const random = createRandom(seed);
  const drawn = Array.from({ length: images * classes * area }, () => random.chance(0.35));
  return (plane: number, index: number): boolean => plane % classes === 2 || drawn[plane * area + index] === true;
};

const planes = ({ logits, target }: Batch, width = side): Plane[] =>
  Array.from({ length: images * classes }, (_, i) => {
    const size = logits.length / images / classes;
    const cut = (from: readonly number[]): number[] => from.slice(i * size, (i + 1) * size);
    return { image: Math.floor(i / classes), class: i % classes, width, logits: cut(logits), target: cut(target) };
  });

/** Total and gradient of a loss of logits. */
function compute(
  { logits, target }: Batch,
  loss: (logits: Tensor, target: Tensor) => LossParts,
  form: readonly number[] = shape,
): { value: number; dice: number; gradient: number[] } {
  return scope(() => {
    const x = tensor(Float32Array.from(logits), form).setRequiresGrad(true);
    const { total, dice } = loss(x, tensor(Float32Array.from(target), form));
    total.backward();
    return { value: total.item(), dice: dice.item(), gradient: Array.from(x.grad?.toArray() ?? [], Number) };
  });
}

const segmentation =
  (config: LossConfig, kind: TargetKind = 'soft') =>
  (logits: Tensor, target: Tensor): LossParts =>
    segmentationLoss(logits, target, config, kind);

function expectClose(actual: readonly number[], expected: readonly number[], digits: number): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, digits);
  });
}

describe.skipIf(!torchAvailable())('losses with uncertain pixels (need libtorch: make libtorch)', () => {
  it.each(terms)('%s is what the arithmetic on the certain pixels gives, and so is its gradient', (name) => {
    for (const [seed, soft, focalForm] of [
      [1, false, 'mixed'],
      [2, true, 'mixed'],
      [9, true, 'split'],
    ] as const) {
      const given = batch(seed, soft, scattered(seed));
      const config = configOf(name, name === 'focal' ? { focalGamma: 1.5, focalForm } : {});
      const { value, gradient } = compute(given, segmentation(config));
      const literal = (logits: number[]): number => literalTerms[name]?.(planes({ ...given, logits }), config) ?? 0;
      expect(value).toBeCloseTo(literal(given.logits), 5);
      const step = 1e-5;
      const slopes = given.logits.map((logit, i) => {
        const [above, below] = [logit + step, logit - step].map((x) => literal(given.logits.with(i, x)));
        return ((above ?? 0) - (below ?? 0)) / (2 * step);
      });
      expectClose(gradient, slopes, 5);
      const reached = gradient.filter((slope, i) => given.target[i] === -1 && slope !== 0);
      expect(reached).toEqual([]);
      expect(gradient.some((slope) => slope !== 0)).toBe(true);
    }
  });

  it.each(terms.filter((name) => name !== 'boundary'))('%s is that of the certain pixels alone', (name) => {
    // As many in every plane, so that they fill a tensor by themselves.
    const kept = Array.from({ length: images * classes }, (_, plane) => {
      const random = createRandom(plane);
      return new Set(random.shuffle(Array.from({ length: area }, (_, i) => i)).slice(0, 20));
    });
    const certain = (plane: number, index: number): boolean => kept[plane]?.has(index) === true;
    const given = batch(3, false, (plane, index) => !certain(plane, index));
    const alone = (from: readonly number[]): number[] => from.filter((_, i) => certain(Math.floor(i / area), i % area));
    const config = configOf(name);
    const masked = compute(given, segmentation(config));
    const cut = { logits: alone(given.logits), target: alone(given.target) };
    const expected = compute(cut, segmentation(config, 'hard'), [images, classes, 1, 20]);
    expect(masked.value).toBeCloseTo(expected.value, 6);
    expect(masked.dice).toBeCloseTo(expected.dice, 6);
    expectClose(alone(masked.gradient), expected.gradient, 6);
  });

  it.each(terms)('%s without uncertain pixels is the loss of hard targets', (name) => {
    const given = batch(4, false, () => false);
    const config = configOf(name);
    const [soft, hard] = [compute(given, segmentation(config)), compute(given, segmentation(config, 'hard'))];
    expect(soft.value).toBeCloseTo(hard.value, 6);
    expect(soft.dice).toBeCloseTo(hard.dice, 6);
    expectClose(soft.gradient, hard.gradient, 6);
  });

  it.each(terms)('%s is 0 where nothing is certain, without a gradient', (name) => {
    const { value, gradient } = compute(
      batch(5, true, () => true),
      segmentation(configOf(name)),
    );
    expect(value).toBe(0);
    expect(gradient.every((slope) => slope === 0)).toBe(true);
  });

  it('reports the soft Dice of the certain pixels', () => {
    const given = batch(6, true, scattered(6));
    const config = configOf('bce');
    const { dice } = compute(given, segmentation(config));
    expect(dice).toBeCloseTo(1 - (literalTerms.dice?.(planes(given), config) ?? 0), 5);
  });
});

describe.skipIf(!torchAvailable())('training heads with uncertain pixels (need libtorch: make libtorch)', () => {
  it('compares coarse maps with the share of certain pixels that are labelled, weighted by how many there are', () => {
    const config = lossSchema.parse({ auxiliary: 0.7, labelSmoothing: 0.1 });
    const given = batch(7, true, scattered(7));
    const coarse = batch(8, true, () => false).logits.slice(0, images * classes * 4);
    const [grid, cell] = [2, 3];
    let [sum, weights] = [0, 0];
    coarse.forEach((logit, i) => {
      const [plane, row, column] = [Math.floor(i / grid ** 2), Math.floor(i / grid) % grid, i % grid];
      const under = (planes(given)[plane]?.target ?? []).filter(
        (target, at) =>
          target !== -1 && Math.floor(at / side / cell) === row && Math.floor((at % side) / cell) === column,
      );
      if (under.length === 0) return;
      const share = under.reduce((total, target) => total + target, 0) / under.length;
      sum += under.length * entropy(logit, share * 0.9 + 0.05);
      weights += under.length;
    });
    scope(() => {
      const logits = tensor(Float32Array.from(given.logits), shape);
      const target = tensor(Float32Array.from(given.target), shape);
      const small = tensor(Float32Array.from(coarse), [images, classes, grid, grid]);
      const alone = segmentationLoss(logits, target, config, 'soft').total.item();
      const output = { logits, auxiliary: [small, small], tile: undefined };
      const { total } = networkLoss(output, target, config, 'soft');
      expect(total.item() - alone).toBeCloseTo((0.7 * sum) / weights, 5);
    });
  });

  /** Tiles of 2 x 2, one class: labelled, empty, uncertain, labelled beside an uncertain pixel, a low probability, half unknown. */
  const tiles = [
    [0, 1, 0, 0],
    [0, 0, 0, 0],
    [-1, -1, -1, -1],
    [-1, 0.6, 0, 0],
    [0.3, 0, 0, 0],
    [0, -1, 0.4, 0],
  ];
  const wanted = [1, 0, undefined, 1, 0, undefined];
  const answers = [0.5, -1, 2, 1.5, -0.3, 1];

  it('leaves tiles out that may or may not hold something', () => {
    const config = lossSchema.parse({ tile: 3 });
    const known = wanted.flatMap((target, i) => (target === undefined ? [] : [{ target, logit: answers[i] ?? 0 }]));
    const mean = known.reduce((sum, { logit, target }) => sum + entropy(logit, target), 0) / known.length;
    scope(() => {
      const target = tensor(Float32Array.from(tiles.flat()), [6, 1, 2, 2]);
      const tile = tensor(Float32Array.from(answers), [6, 1, 1, 1]).setRequiresGrad(true);
      const { total, dice } = tileLoss(tile, target, config, 'soft');
      expect(total.item()).toBeCloseTo(mean, 5);
      const plane = { image: 0, class: 0, width: 1, logits: answers, target: wanted.map((value) => value ?? -1) };
      expect(dice.item()).toBeCloseTo(1 - (literalTerms.dice?.([plane], config) ?? 0), 5);
      total.backward();
      expect(Array.from(tile.grad?.toArray() ?? [], Number).map((slope) => slope === 0)).toEqual(
        wanted.map((value) => value === undefined),
      );
      const logits = tensor(new Float32Array(24), [6, 1, 2, 2]);
      const alone = segmentationLoss(logits, target, config, 'soft').total.item();
      const whole = networkLoss({ logits, auxiliary: [], tile }, target, config, 'soft').total.item();
      expect(whole - alone).toBeCloseTo(3 * mean, 5);
    });
  });

  it('is 0 where no tile is known', () => {
    scope(() => {
      const target = tensor(new Float32Array(8).fill(-1), [2, 1, 2, 2]);
      const tile = tensor(Float32Array.of(1, -2), [2, 1, 1, 1]);
      expect(tileLoss(tile, target, lossSchema.parse({}), 'soft').total.item()).toBe(0);
      const output = { logits: target, auxiliary: [tile], tile };
      expect(networkLoss(output, target, lossSchema.parse({}), 'soft').total.item()).toBe(0);
    });
  });
});
