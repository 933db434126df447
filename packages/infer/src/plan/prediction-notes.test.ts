import { expect, it } from 'vitest';
import { pixelModel } from '../../tests/fakes.js';
import { predictionNotes } from './prediction-notes.js';

const of = (tileSize: number) => pixelModel(() => 0, { tileSize });
const notes = (tileSize: number | undefined, ...models: ReturnType<typeof of>[]): string[] =>
  predictionNotes(models, { minimumArea: 0, ...(tileSize === undefined ? {} : { tileSize }) });

it('says that a calibration is of objects that were made with other settings', () => {
  const error = { before: 0.2, after: 0.1 };
  const map = { method: 'isotonic' as const, from: [0], to: [0] };
  const objects = { map, count: 9, positives: 5, error, intervals: null };
  const learnt = { version: 1, temperature: 1, pixels: { count: 1, error }, slides: 1, groups: 1 } as const;
  const model = pixelModel(() => 0, { calibration: { ...learnt, objects, shaping: { threshold: [0.5] } } });
  expect(predictionNotes([model], { threshold: 0.05 })).toEqual([
    expect.stringMatching(/was learnt with threshold 0\.5 \(here 0\.05\): it does not hold/),
  ]);
  expect(predictionNotes([model], { threshold: 0.5 })).toEqual([]);
});

it('says that tiles are far from those of the training', () => {
  expect(notes(1280, of(256), of(512), of(1024))).toEqual([
    'tiles of 1280 pixels, where training had 256, 512: networks answer by all that is on a tile, and may do much worse; compare on slides with truth',
  ]);
  expect(notes(64, of(256))).toHaveLength(1);
  for (const near of [undefined, 128, 256, 512]) expect(notes(near, of(256))).toEqual([]);
});
