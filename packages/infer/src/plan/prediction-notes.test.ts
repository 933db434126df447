import { expect, it } from 'vitest';
import { pixelModel } from '../../tests/fakes.js';
import { predictionNotes } from './prediction-notes.js';

const of = (tileSize: number) => pixelModel(() => 0, { tileSize });
const notes = (tileSize: number | undefined, ...models: ReturnType<typeof of>[]): string[] =>
  predictionNotes(models, { minimumArea: 0, ...(tileSize === undefined ? {} : { tileSize }) });

it('says that tiles are far from those of the training', () => {
  expect(notes(1280, of(256), of(512), of(1024))).toEqual([
    'tiles of 1280 pixels, where training had 256, 512: networks answer by all that is on a tile, and may do much worse; compare on slides with truth',
  ]);
  expect(notes(64, of(256))).toHaveLength(1);
  for (const near of [undefined, 128, 256, 512]) expect(notes(near, of(256))).toEqual([]);
});
