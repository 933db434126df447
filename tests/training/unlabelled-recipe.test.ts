/** Slides without labels in a recipe: prepared as pictures, seen by a training, and told of where they are scored. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataset } from '@ftuseg/folders';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ftu } from '../../packages/cli/tests/run.js';
import { writeDiscSlides } from '../../packages/train/tests/discs.js';

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-unlabelled-recipe-'));
  process.env.FTUSEG_CACHE = at('cache');
  const table = await writeDiscSlides(at('slides'), 4);
  const [header = '', ...lines] = (await readFile(table, 'utf8')).trim().split('\n');
  await writeFile(
    table,
    [`${header},kind`, ...lines.map((line, i) => `${line},${i < 2 ? 'old' : 'new'}`), ''].join('\n'),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const recipe = (role: string): string => `name: pictures
seed: 1
slides:
  old: { table: slides, where: kind=old }
  new: { table: slides, where: kind=new, labels: false }
  test: { table: slides, where: kind=new }
steps:
  data: { do: prepare, slides: old, micronsPerPixel: 0.5, tile: 64 }
  pictures: { do: prepare, slides: new, micronsPerPixel: 0.5, tile: 64 }
  network:
    do: train
    data: data
    sources: { more: { data: pictures${role} } }
    settings:
      encoder: tu-test_efficientnet
      encoderWeights: none
      decoder: linknet
      split: none
      batchSize: 2
      epochs: 1
      samplesPerEpoch: 4
      workers: 1
      consistency: { confidence: 0.6 }
  predictions: { do: predict, models: network, slides: test, settings: { views: none } }
  scores: { do: evaluate, predictions: predictions }
  report: { do: report }
`;

describe.skipIf(!torchAvailable())('a recipe with slides without labels (needs libtorch: make libtorch)', () => {
  it('prepares their pictures, trains on them, and warns of scores on the same slides', async () => {
    await writeFile(at('recipe.yaml'), recipe(''));
    const { code, stderr } = await ftu('run', at('recipe.yaml'), '--out', at('run'), '--threads', '1');
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    const { labels, slides } = await openDataset(at('run/pictures/data'));
    expect([labels, slides.length]).toEqual(['none', 2]);
    const config = await readFile(at('run/network/run/config.yaml'), 'utf8');
    expect(config).toMatch(/\n {2}unlabelled:\n {4}- s2\n {4}- s3\n/);
    const report = await readFile(at('run/report/report.html'), 'utf8');
    expect(report).toContain('2 of the scored slides lent their pictures to a training');
    expect(report).toContain('2 official, 2 unlabelled');
  });
});
