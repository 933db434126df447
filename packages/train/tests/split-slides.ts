/** Slides of four donors for tests of splits: two of a, two of b, one each of c and d, and d from a centre of its own. */
import type { Dataset, PreparedSlide } from '@ftuseg/folders';
import { parseTrainConfig } from '../src/config/parse-config.js';
import type { SourceSlide } from '../src/dataset/sources.js';

export const slide = (id: string, donor: string, pixels = 5): PreparedSlide => ({
  id,
  width: 10,
  height: 10,
  sourceWidth: 10,
  sourceHeight: 10,
  downsample: 1,
  pixels: { glomerulus: pixels },
  inputs: [],
  digest: '',
  columns: { id, donor, centre: donor === 'd' ? 'far' : 'near' },
});

export const dataset: Dataset = {
  folder: 'data',
  format: 1,
  classes: ['glomerulus'],
  micronsPerPixel: 2,
  tile: 64,
  overlap: 0,
  slides: [],
};

const tiles = (count: number, density: number) =>
  Array.from({ length: count }, (_, i) => ({ x: i * 64, y: 0, density }));

export const source = (text: string, more: Partial<SourceSlide> = {}): SourceSlide => {
  const [id = '', donor = ''] = text.split(' ');
  return {
    key: id,
    dataset,
    slide: slide(id, donor),
    tiles: tiles(4, donor === 'a' ? 0.2 : 0),
    source: 'official',
    role: 'official',
    positive: 1,
    negative: 1,
    weight: 1,
    ...more,
  };
};

export const slides = ['a1 a', 'a2 a', 'b1 b', 'b2 b', 'c1 c', 'd1 d'].map((text) => source(text));

export const config = (settings: object) => parseTrainConfig({ data: '-', out: '-', ...settings });
