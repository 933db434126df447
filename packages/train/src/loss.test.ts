import { readFileSync } from 'node:fs';
import { tensor, torchAvailable } from '@ftuseg/torch';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { segmentationLoss } from './loss.js';

const fixtureSchema = z.object({
  shape: z.array(z.int()),
  bce: z.number(),
  dice: z.number(),
  smooth: z.number(),
  logits: z.array(z.number()),
  target: z.array(z.number()),
  expected: z.object({ total: z.number(), bce: z.number(), dice: z.number() }),
  gradient: z.array(z.number()),
});

describe.skipIf(!torchAvailable())('segmentationLoss (needs libtorch: make libtorch)', () => {
  it("equals PyTorch's value and gradient (tests/fixtures/make_loss.py)", () => {
    const path = new URL('../tests/fixtures/loss.json', import.meta.url);
    const fixture = fixtureSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    const logits = tensor(Float32Array.from(fixture.logits), fixture.shape).setRequiresGrad(true);
    const target = tensor(Float32Array.from(fixture.target), fixture.shape);
    const { total, bce, dice } = segmentationLoss(logits, target, fixture);
    expect(total.item()).toBeCloseTo(fixture.expected.total, 6);
    expect(bce.item()).toBeCloseTo(fixture.expected.bce, 6);
    expect(dice.item()).toBeCloseTo(fixture.expected.dice, 6);
    total.backward();
    const gradient = logits.grad?.toArray() ?? [];
    expect(gradient).toHaveLength(fixture.gradient.length);
    fixture.gradient.forEach((value, i) => {
      expect(Number(gradient[i])).toBeCloseTo(value, 7);
    });
  });
});
