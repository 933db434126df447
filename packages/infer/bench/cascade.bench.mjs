/**
 * A cascade against the prediction that it shortens: the starter model (2 micrometres per pixel) with eight views and tiles of 128, and before it the
 * same network shown the slide at 4. The cascade is calibrated on the slide that is timed, since time is what is measured here; what a cascade misses,
 * slides of its own must say.
 *
 * Run on built packages: `node packages/infer/bench/cascade.bench.mjs [rounds] [side]`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STARTER_MODEL } from '@ftuseg/folders';
import { parseClasses, readSlideTable } from '@ftuseg/slide';
import { calibrateCascade, loadModel, predictTable } from '../dist/index.js';
import { median, pyramid } from './subjects.mjs';

const rounds = Number(process.argv[2] ?? 3);
const side = Number(process.argv[3] ?? 6000);

const rows = await readSlideTable(pyramid(side).replace(/\.tif$/, '.slides.csv'));
const fine = await loadModel(STARTER_MODEL);
const coarse = { ...fine, card: { ...fine.card, micronsPerPixel: 4 } };
const jobs = [{ rows, load: async () => [{ model: { ...coarse, close: async () => undefined }, weight: 1 }] }];
const cascade = await calibrateCascade(jobs, { classes: parseClasses(undefined), recall: 0.9, margin: 50 });
const folder = await mkdtemp(join(tmpdir(), 'ftuseg-cascade-bench-'));
try {
  const sides = { plain: undefined, cascade: { ...coarse, card: { ...coarse.card, cascade } } };
  const took = { plain: [], cascade: [] };
  const found = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, model] of Object.entries(sides)) {
      const options = {
        out: join(folder, name),
        outputs: [],
        views: 'd4',
        tileSize: 128,
        cascade: model,
        overwrite: true,
      };
      const began = performance.now();
      const { slides } = await predictTable(rows, [fine], options);
      took[name].push((performance.now() - began) / 1000);
      found[name] = slides[0];
    }
  }
  const share = found.cascade.cascade.tissueShare;
  console.log(
    `  ${side} x ${side} at 0.5 µm, starter model, eight views, ${rounds} rounds in turn: least / median seconds`,
  );
  for (const [name, seconds] of Object.entries(took)) {
    const objects = found[name].facts.count;
    console.log(
      `    ${name.padEnd(10)} ${Math.min(...seconds).toFixed(2)} / ${median(seconds).toFixed(2)}  ${objects} objects`,
    );
  }
  const ratio = median(took.plain) / median(took.cascade);
  console.log(
    `    ratio plain / cascade ${ratio.toFixed(2)}, ${(100 * share).toFixed(1)} % of the tissue looked at twice`,
  );
} finally {
  await fine.close();
  await rm(folder, { recursive: true, force: true });
}
