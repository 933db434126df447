/** The tutorial as a person types it, in an empty folder, with fewer and smaller trainings. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { torchAvailable } from '@ftuseg/torch';
import { expect, it } from 'vitest';
import { runScript, type Substitutions, shellBlocks, shrink } from './shell-blocks.js';

/** One step instead of hundreds, smaller slides. */
const SMALL: Substitutions = [
  ['--width 1200 --height 1200', '--width 420 --height 420'],
  ['--epochs 8 --samples-per-epoch 240', '--epochs 1 --samples-per-epoch 4 --set batchSize=2 --threads 1 --workers 0'],
  ['--epochs 4 --samples-per-epoch 240', '--epochs 1 --samples-per-epoch 4 --set batchSize=2 --threads 1 --workers 0'],
];

const square = (x: number, probability: number) => ({
  type: 'Feature',
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [x, 40],
        [x + 90, 40],
        [x + 90, 130],
        [x, 130],
        [x, 40],
      ],
    ],
  },
  properties: { classification: { name: 'glomerulus' }, measurements: { 'Mean probability': probability } },
});

it.skipIf(!torchAvailable())('every command of the tutorial runs', { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-tutorial-'));
  try {
    const blocks = shrink((await shellBlocks('docs/tutorial.md')).join('\0'), SMALL).split('\0');
    const correction = blocks.findIndex((block) => block.includes('correct.mjs'));
    for (const block of blocks.slice(0, correction)) await runScript(block, folder);
    // A network of one step finds nothing that could be corrected: two squares stand in for what a trained one finds.
    const found = { type: 'FeatureCollection', features: [square(40, 0.6), square(300, 0.9)] };
    await writeFile(join(folder, 'out/geojson/synth-7-07.geojson'), JSON.stringify(found));
    for (const block of blocks.slice(correction)) await runScript(block, folder);
    const corrected = JSON.parse(await readFile(join(folder, 'corrected/synth-7-07.geojson'), 'utf8'));
    expect(corrected.features).toHaveLength(1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
