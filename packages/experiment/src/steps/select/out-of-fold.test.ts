import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { preparedSlideSchema } from '@ftuseg/folders';
import { float32ToFloat16 } from '@ftuseg/nn';
import { parseClasses, writePng } from '@ftuseg/slide';
import { loadSlide, openDataset, prepareDataset } from '@ftuseg/train';
import { expect, it } from 'vitest';
import { ensembleScorer, probabilityName } from './out-of-fold.js';

it('scores ensembles on pixels of which something is known', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-out-of-fold-'));
  const at = (name: string) => join(folder, name);
  try {
    const size = 64;
    // Of the left half nothing is known; an object lies in the right one.
    const labels = Uint8Array.from({ length: size * size }, (_, i) => (i % size < 32 ? 255 : i % size < 48 ? 1 : 0));
    await writePng(at('a.png'), raster(size, size, 3, new Uint8Array(3 * size * size).fill(150)));
    await writePng(at('mask.png'), raster(size, size, 1, labels));
    const row = { id: 'a', image: at('a.png'), mask: at('mask.png'), columns: {} };
    const out = at('data');
    await prepareDataset({
      rows: [row],
      out,
      downsample: 1,
      tile: 32,
      classes: parseClasses('glomerulus=1;ignore=255'),
      allTiles: true,
    });
    const dataset = await openDataset(out);
    const slides = dataset.slides.map((prepared) => ({ image: 'a', row, dataset, prepared }));
    const [slide] = dataset.slides;
    if (slide === undefined) throw new RangeError('nothing was prepared');
    const { mask } = await loadSlide(dataset, slide);
    const scoreOf = async (unknown: number): Promise<number> => {
      const bits = float32ToFloat16(Float32Array.from(mask, (value, i) => (labels[i] === 255 ? unknown : value)));
      await writeFile(at('one.half'), new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength));
      return ensembleScorer(slides, [new Map([['a', at('one.half')]])], 1)([1]);
    };
    expect(await scoreOf(0)).toBe(1);
    expect(await scoreOf(1)).toBe(1);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('predicts a slide again whose picture is another one under the same name', () => {
  const prepared = (image: string) =>
    preparedSlideSchema.parse({
      ...{ id: 'a', width: 8, height: 8, sourceWidth: 8, sourceHeight: 8, downsample: 1, pixels: { glomerulus: 4 } },
      ...{ digest: 'd', inputs: [], columns: {}, checksums: { image, mask: 'm' } },
    });
  const named = (image: string): string => probabilityName({ image: 'a.png', prepared: prepared(image) }, ['model']);
  expect(named('one')).toBe(named('one'));
  expect(named('one')).not.toBe(named('other'));
});
