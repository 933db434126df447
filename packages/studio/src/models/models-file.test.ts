import { describe, expect, it } from 'vitest';
import { cardLicence, cardSummary, modelsFileSchema, sizeWords } from './models-file.js';

const card = {
  format: 1,
  name: 'glom',
  decoder: 'Unet',
  encoder: 'efficientnet-b0',
  classes: ['glomerulus'],
  tileSize: 512,
  micronsPerPixel: 0.5,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  threshold: 0.45,
  training: { licence: 'MIT' },
} as const;

describe('cardSummary', () => {
  it('says what it finds, how it looks and how sure one can be', () => {
    const parsed = { ...card, classes: [...card.classes], mean: [0, 0, 0], std: [1, 1, 1] } satisfies object;
    expect(cardSummary({ ...parsed, mean: [0, 0, 0], std: [1, 1, 1], training: { ...card.training } })).toBe(
      'Finds glomerulus: Unet on efficientnet-b0, tiles of 512 px at 0.5 µm per pixel, threshold 0.45, not calibrated.',
    );
  });
});

describe('cardLicence', () => {
  it('takes what the card states, and nothing else', () => {
    const base = { ...card, classes: ['glomerulus'], mean: [0, 0, 0] as [number, number, number] };
    const std: [number, number, number] = [1, 1, 1];
    expect(cardLicence({ ...base, std, training: { licence: 'MIT' } })).toBe('MIT');
    expect(cardLicence({ ...base, std, training: { licence: 3 } })).toBe('');
  });
});

describe('modelsFileSchema', () => {
  it('takes no file of another folder', () => {
    const model = { name: 'a', bytes: 1, sha256: '0'.repeat(64), summary: '', licence: '' };
    expect(modelsFileSchema.safeParse({ models: [{ ...model, file: 'a.onnx' }] }).success).toBe(true);
    expect(modelsFileSchema.safeParse({ models: [{ ...model, file: '../a.onnx' }] }).success).toBe(false);
  });
});

describe('sizeWords', () => {
  it.each([
    [400, '1 kB'],
    [25_300_000, '25 MB'],
    [2_140_000, '2.1 MB'],
  ])('of %d octets says %s', (bytes, words) => expect(sizeWords(bytes)).toBe(words));
});
