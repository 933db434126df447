import { createRandom } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { plainColour, plainGeometry } from '../augment/draw.js';
import { renderWindow } from '../augment/render.js';
import { type BatchJob, batchMemory, batchWindows, renderBatch } from '../batches/batch.js';
import { augmentSchema } from '../config/augment.js';
import { slideShares } from '../sampling/sampler.js';
import type { SlidePixels } from './slide-pixels.js';
import { isLabel, softTargets, softValue } from './soft-targets.js';

const normalisation = { mean: [0, 0, 0], std: [1, 1, 1] } as const;

describe('soft targets', () => {
  it('are probabilities to half a step, on their own side of a half', () => {
    const random = createRandom(1);
    for (const p of [0, 1, 0.5, 0.4999, 0.498, 0.502, ...Array.from({ length: 500 }, () => random.next())]) {
      const value = softValue(p);
      const target = softTargets[value] ?? Number.NaN;
      expect(Math.abs(target - p)).toBeLessThanOrEqual(1 / 254);
      expect(target >= 0.5).toBe(p >= 0.5);
      expect(isLabel(value)).toBe(p >= 0.5);
    }
    expect([softTargets[0], softTargets[127], softTargets[254], softTargets[255]]).toEqual([0, 0.5, 1, -1]);
    expect(isLabel(255)).toBe(false);
  });
});

function slideOf(seed: number, soft: boolean): SlidePixels & { objects: Int32Array } {
  const random = createRandom(seed);
  const [width, height] = [50, 40];
  const bytes = (length: number, below: number) => Uint8Array.from({ length }, () => random.int(below));
  const [image, mask] = [bytes(width * height * 3, 256), bytes(width * height, 4)];
  const slide = { width, height, image, mask, objects: Int32Array.of(20, 20, 10, 10) };
  return soft ? { ...slide, soft: bytes(width * height * 2, 256) } : slide;
}

describe('renderWindow of soft labels', () => {
  it('gives each pixel its own target, reflected at the border, and the picture as without them', () => {
    const slide = slideOf(2, true);
    const tile = 16;
    const render = (from: SlidePixels, x: number, y: number) => {
      const [image, mask] = [new Float32Array(tile * tile * 3), new Float32Array(tile * tile * 2)];
      const change = { geometry: plainGeometry, colour: plainColour };
      renderWindow(from, { x, y }, change, { tile, classes: 2, normalisation }, { image, mask });
      return { image, mask };
    };
    const { soft = new Uint8Array(), ...hard } = slide;
    for (const [left, top] of [
      [5, 7],
      [-4, -3],
    ] as const) {
      const { image, mask } = render(slide, left, top);
      const expected: number[] = [];
      for (let y = top; y < top + tile; y++) {
        for (let x = left; x < left + tile; x++) {
          for (let c = 0; c < 2; c++) {
            const value = soft[(Math.abs(y) * slide.width + Math.abs(x)) * 2 + c] ?? 0;
            expected.push(value === 255 ? -1 : Math.fround(value / 254));
          }
        }
      }
      expect([...mask]).toEqual(expected);
      expect(render(hard, left, top).image).toEqual(image);
    }
  });
});

describe('renderBatch of slides with and without soft labels', () => {
  const jobOf = (soft: boolean, cutMix: number): BatchJob => {
    const slides = [slideOf(3, soft), slideOf(4, false)];
    return {
      slides,
      plan: { kind: 'free', shares: slideShares(slides, 'even'), centred: 0.5, jitter: 0.5, bins: [] },
      tile: 32,
      classes: 2,
      batchSize: 8,
      seed: 4,
      normalisation,
      augment: augmentSchema.parse({ preset: 'none', cutMix }),
    };
  };
  const masksOf = (job: BatchJob): Float32Array[] => {
    const memory = batchMemory(job);
    renderBatch(job, { epoch: 0, first: 0 }, memory);
    const length = memory.masks.length / job.batchSize;
    return Array.from({ length: job.batchSize }, (_, i) => memory.masks.slice(i * length, (i + 1) * length));
  };
  const isHard = (mask: Float32Array): boolean => mask.every((value) => value === 0 || value === 1);

  it('keeps hard labels hard beside soft ones', () => {
    const job = jobOf(true, 0);
    const windows = batchWindows(job, { epoch: 0, first: 0 });
    const masks = masksOf(job);
    expect(masks.map(isHard)).toEqual(windows.map(({ slide }) => slide === 1));
    const hard = masksOf(jobOf(false, 0));
    for (const [i, { slide }] of windows.entries()) if (slide === 1) expect(masks[i]).toEqual(hard[i]);
  });

  it('pastes soft and uncertain pixels along with the picture', () => {
    const windows = batchWindows(jobOf(true, 1), { epoch: 0, first: 0 });
    const [plain, pasted] = [masksOf(jobOf(true, 0)), masksOf(jobOf(true, 1))];
    const onto = windows.findIndex(({ slide }) => slide === 1);
    expect(plain[onto]?.includes(-1)).toBe(false);
    expect(pasted[onto]?.includes(-1)).toBe(true);
  });
});
