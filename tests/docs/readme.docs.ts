/** The five commands of the README, in an empty folder. `make demo` and `make test` are what continuous integration runs. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { torchAvailable } from '@ftuseg/torch';
import { expect, it } from 'vitest';
import { runScript, type Substitutions, shellBlocks, shrink } from './shell-blocks.js';

const SMALL: Substitutions = [
  ['--count 4 ', '--count 4 --width 300 --height 300 '],
  [
    '--epochs 10 ',
    '--epochs 1 --samples-per-epoch 4 --set batchSize=2 --threads 1 --workers 0 --encoder tu-test_efficientnet ',
  ],
];

it.skipIf(!torchAvailable())('the five commands of the README run', { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-readme-'));
  try {
    const commands = (await shellBlocks('README.md')).filter((block) => block.includes('npx ftu'));
    await runScript(shrink(commands.join('\n'), SMALL), folder);
    expect((await stat(join(folder, 'out/submission.csv'))).size).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
