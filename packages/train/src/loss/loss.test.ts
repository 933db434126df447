import { readFileSync } from 'node:fs';
import { dispatch, scope, tensor, torchAvailable } from '@ftuseg/torch';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lossSchema } from '../config/loss.js';
import { networkLoss, segmentationLoss } from './loss.js';

const term = z.object({ value: z.number(), gradient: z.array(z.number()) });
const fixtureSchema = z.object({
  shape: z.array(z.int()),
  config: z.record(z.string(), z.number()),
  logits: z.array(z.number()),
  target: z.array(z.number()),
  terms: z.record(z.string(), term),
});
const path = new URL('../../tests/fixtures/loss.json', import.meta.url);
const fixture = fixtureSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
const none = { bce: 0, dice: 0 };

describe.skipIf(!torchAvailable())('losses (need libtorch: make libtorch)', () => {
  const inputs = () => ({
    logits: tensor(Float32Array.from(fixture.logits), fixture.shape).setRequiresGrad(true),
    target: tensor(Float32Array.from(fixture.target), fixture.shape),
  });

  it.each(Object.entries(fixture.terms))(
    "%s equals PyTorch's value and gradient (tests/fixtures/make_loss.py)",
    (name, expected) => {
      scope(() => {
        const { logits, target } = inputs();
        const config = lossSchema.parse({ ...none, ...fixture.config, [name]: 1 });
        const { total } = segmentationLoss(logits, target, config);
        expect(total.item()).toBeCloseTo(expected.value, 5);
        total.backward();
        const gradient = logits.grad?.toArray() ?? [];
        expect(gradient).toHaveLength(expected.gradient.length);
        expected.gradient.forEach((value, i) => {
          expect(Number(gradient[i])).toBeCloseTo(value, 6);
        });
      });
    },
  );

  it('adds the terms by their weights', () => {
    scope(() => {
      const { logits, target } = inputs();
      const weights = { bce: 0.5, dice: 0.25, focal: 0.25, jaccard: 2 };
      const { total } = segmentationLoss(logits, target, lossSchema.parse({ ...fixture.config, ...weights }));
      const expected = Object.entries(weights).reduce(
        (sum, [name, w]) => sum + w * (fixture.terms[name]?.value ?? 0),
        0,
      );
      expect(total.item()).toBeCloseTo(expected, 5);
    });
  });

  it('trains the auxiliary heads as well', () => {
    scope(() => {
      const { logits, target } = inputs();
      const coarse = tensor(new Float32Array(2 * 3 * 3 * 3), [2, 3, 3, 3]);
      const tile = tensor(new Float32Array(6), [2, 3, 1, 1]);
      const config = lossSchema.parse({ auxiliary: 0.5, tile: 2 });
      const alone = segmentationLoss(logits, target, config).total.item();
      // Logits of 0 have a cross-entropy of ln 2 whatever the target.
      const { total } = networkLoss({ logits, auxiliary: [coarse, coarse], tile }, target, config);
      expect(total.item() - alone).toBeCloseTo(2.5 * Math.LN2, 5);
      expect(dispatch('isfinite', total).item()).toBe(1);
    });
  });
});

describe('lossSchema', () => {
  it('refuses a loss of nothing', () => {
    expect(lossSchema.safeParse(none).success).toBe(false);
    expect(lossSchema.safeParse({ bcee: 1 }).success).toBe(false);
  });
});
