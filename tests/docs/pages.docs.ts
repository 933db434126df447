/**
 * The shell examples of every page, each page in a folder of its own that has what the page names, small. A block whose paragraph before it says
 * "not run by the tests" and why is left out; the tutorial and the README have tests of their own.
 */
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFixtures } from './fixtures.js';
import { commandLines, root, runnableBlocks, runScript, type Substitutions, shrink } from './shell-blocks.js';

const SMALL_TRAINING =
  '--epochs 1 --samples-per-epoch 4 --set batchSize=2 --threads 1 --workers 0 --encoder tu-test_efficientnet';

/** For each page, what its examples are run with so that they take seconds. Each text must be there. */
const substitutions: Readonly<Record<string, Substitutions>> = {
  // The small slides have no ICC profile, which is a warning and exit code 3.
  'colour.md': [['--microns-per-pixel 2.7 --icc srgb', '--microns-per-pixel 2.7 --icc srgb || [ $? = 3 ]']],
  'distributed.md': [
    [
      '--encoder tu-test_efficientnet --folds 0 --processes 2 --batch-size 4',
      `--encoder-weights none --folds 0 --fold-count 2 --group none ${SMALL_TRAINING} --processes 2`,
    ],
  ],
  'exchange.md': [
    ['--downsample 1 --tile-size 1024', '--downsample 4 --tile-size 128'],
    ['python3 packages', `python3 ${root}packages`],
    ['tiles/10003/10003_0_0.tfrec', 'tiles/*/*_0_0.tfrec'],
  ],
  'predict.md': [['--overlap 64', '--overlap 32']],
  'synth.md': [
    ['--width 1600 --height 1600 --microns-per-pixel 2', '--width 256 --height 256 --microns-per-pixel 4'],
    ['--width 40000 --height 40000 --microns-per-pixel 0.5', '--width 512 --height 512 --microns-per-pixel 4'],
    ['--width 800 --height 800 --microns-per-pixel 2', '--width 200 --height 200 --microns-per-pixel 4'],
  ],
  'stopping.md': [
    ['--out run ', `--out run --encoder-weights none --folds 0 --fold-count 2 --group none ${SMALL_TRAINING} `],
  ],
  'train.md': [
    ['--tile-size 256 ', '--tile-size 64 '],
    [
      '--encoder tu-test_efficientnet --folds 0',
      `--encoder-weights none --folds 0 --fold-count 2 --group none ${SMALL_TRAINING}`,
    ],
    [
      '--out run --encoder-weights none  ',
      `--out run-2 --encoder-weights none --folds 0 --fold-count 2 --group none ${SMALL_TRAINING}  `,
    ],
    ['--microns-per-pixel 2.7', '--microns-per-pixel 4 --tile-size 64'],
    ['--preview preview.png', '--preview preview.png --fold-count 2 --group none'],
  ],
  'tune.md': [['--folds all ', `--folds all --fold-count 2 --encoder-weights none ${SMALL_TRAINING} `]],
};

const PREPARED = 'rm -r run data\nnpx ftu prepare --slides slides.csv --out data --microns-per-pixel 4 --tile-size 64';

/** What comes before the examples of a page: trainings want a prepared data set, and make the folder of the run. */
const before: Readonly<Record<string, string>> = {
  'distributed.md': PREPARED,
  'stopping.md': PREPARED,
  'train.md': 'rm -r run',
  'tune.md': PREPARED,
};

const NEEDS_TORCH = new Set(['distributed.md', 'stopping.md', 'train.md', 'tune.md']);
const ELSEWHERE = new Set(['tutorial.md']);

const pages = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md') && !ELSEWHERE.has(name));
const texts = await Promise.all(pages.map((name) => readFile(join(root, 'docs', name), 'utf8')));
const withBlocks = pages.flatMap((name, i) => {
  const blocks = runnableBlocks(texts[i] ?? '');
  return blocks.length === 0 ? [] : [{ name, blocks }];
});

let fixtures = '';
beforeAll(async () => {
  fixtures = await mkdtemp(join(tmpdir(), 'ftuseg-docs-'));
  await makeFixtures(fixtures);
}, 120_000);
afterAll(() => rm(fixtures, { recursive: true, force: true }));

it('shows commands in blocks that the tests see', () => {
  expect(texts.flatMap((text, i) => commandLines(text).map((line) => `${pages[i]}: ${line}`))).toEqual([]);
});

describe.each(withBlocks)('$name', ({ name, blocks }) => {
  it.skipIf(NEEDS_TORCH.has(name) && !torchAvailable())('runs every example', { timeout: 300_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ftuseg-page-'));
    try {
      await cp(fixtures, folder, { recursive: true });
      const examples = shrink(blocks.join('\n'), substitutions[name] ?? []);
      await runScript(`${before[name] ?? ''}\n${examples}`, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
