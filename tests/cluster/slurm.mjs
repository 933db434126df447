/**
 * `ftu run --on slurm` and `ftu predict --on slurm` with a real Slurm: `make cluster-test-slurm`. Two nodes do a recipe with folds and slides; every result has the bytes of a single machine's.
 * ONLY=plain,predict,time,node,link,controller,poison chooses; `many` is asked for by name alone, since it takes an hour. Each line says what was seen; the exit code is 1 where anything was not
 * as it must be.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fourSlides, smallRecipe } from '../../packages/cli/scripts/kills/small-recipe.mjs';
import { many, plain, predict, time } from './slurm/cases.mjs';
import { ftu } from './slurm/checks.mjs';
import { controller, link, node, poison } from './slurm/faults.mjs';
import { missingForSlurm, startSlurm } from './slurm/server.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' }, keep: { type: 'boolean' } } });
const cases = { plain, predict, time, node, link, controller, poison, many };
const only = values.only?.split(',') ?? Object.keys(cases).filter((name) => name !== 'many');

const recipeOf = (samplesPerEpoch) =>
  smallRecipe({
    slides: { ...fourSlides(2), spoiled: { table: 'spoiled.csv' } },
    settings: { epochs: 2, samplesPerEpoch },
    steps: {
      predictions: { do: 'predict', models: 'stage', slides: 'test', outputs: ['mask'] },
      poisoned: { do: 'predict', models: 'stage', slides: 'spoiled', outputs: ['mask'] },
      report: { do: 'report' },
    },
  });

const missing = missingForSlurm();
if (missing !== undefined) {
  console.log(`skip all: ${missing}`);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'ftu-slurm-'));
  mkdirSync(join(folder, 'server'));
  process.env.FTUSEG_CACHE = join(folder, 'cache');
  const size = ['--width', '300', '--height', '300', '--microns-per-pixel', '4'];
  ftu('synth', '--count', '4', ...size, '--seed', '2', '--out', join(folder, 'slides'));
  writeFileSync(join(folder, 'bad.png'), 'this is no picture');
  const [image] = readdirSync(join(folder, 'slides', 'images')).filter((name) => name.includes('2-04'));
  writeFileSync(join(folder, 'spoiled.csv'), `id,image,mpp\nbad,bad.png,4\ngood,slides/images/${image},4\n`);
  const place = { folder, recipeOf, recipe: join(folder, 'recipe.yaml'), whole: join(folder, 'whole') };
  writeFileSync(place.recipe, recipeOf(8));
  ftu('run', place.recipe, '--out', place.whole, '--threads', '1');
  const server = await startSlurm(join(folder, 'server'), only.includes('many') ? { maxArraySize: 1001 } : {});
  try {
    for (const name of only) await cases[name](server, place);
  } finally {
    await server.end();
    if (values.keep) console.log(folder);
    else rmSync(folder, { recursive: true, force: true });
  }
}
