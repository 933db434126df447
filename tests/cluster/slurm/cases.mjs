/** What a cluster does on a good day: a recipe, a table of slides in several arrays, and jobs whose time is up. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentsOf, differences } from '../../../packages/cli/scripts/kills/contents.mjs';
import { check, checkEnd, drained, ftu, samplesFor, squeue, submit, times } from './checks.mjs';

/** The recipe as it is; a poison slide is tried three times; the same call submits nothing while jobs are queued. */
export async function plain(server, { folder, recipe, whole }) {
  const out = join(folder, 'plain');
  const first = submit(recipe, out);
  console.log(first.stdout.trim());
  check('plain: submitted', first.status === 0, first.stderr.trim());
  const again = submit(recipe, out).stdout.trim();
  check('plain: the same call while jobs are queued submits nothing', /^0 units submitted/m.test(again), again);
  await drained(server, out, 400);
  checkEnd('plain', out, whole);
  const tried = times(out, /it failed and is tried again/g);
  check('plain: the poison slide was tried three times', tried === 2, `${tried} times again`);
  const last = submit(recipe, out).stdout.trim();
  check('plain: the same call afterwards submits nothing', /^0 units submitted/m.test(last), last);
}

/** A table of slides: more units than an array may have tasks here. */
export async function predict(server, { folder }) {
  const [alone, out] = [join(folder, 'predict-alone'), join(folder, 'predict')];
  const rows = Array.from({ length: 8 }, (_, i) => `s${i},slides/images/synth-2-0${(i % 4) + 1}.png,4`);
  writeFileSync(join(folder, 'eight.csv'), `id,image,mpp\n${rows.join('\n')}\n`);
  const run = (to, ...more) =>
    ftu('predict', '--slides', join(folder, 'eight.csv'), '--out', to, '--threads', '1', ...more);
  run(alone);
  const submitted = run(out, '--on', 'slurm', '--sbatch', '-t 10');
  console.log(submitted.stdout.trim());
  const arrays = submitted.stdout.match(/predictions\.parts\S*: \d/g) ?? [];
  check('predict: eight slides are three arrays where MaxArraySize is 4', arrays.length === 3, arrays.join());
  const queued = squeue('-o', '%j').match(/predictions\.parts/g) ?? [];
  check('predict: Slurm has all three', queued.length >= 3, `${queued.length} lines`);
  await drained(server, out, 300);
  const contents = (name) => new Map([...contentsOf(name)].filter(([file]) => !/^\.(run|ftu)/.test(file)));
  const apart = differences(contents(out), contents(alone));
  check('predict: the folder that `ftu predict` leaves', apart.length === 0, apart.join());
  const other = ['masks/s0.tif', 'probability/s7.tif', 'submission.csv', 'objects.csv', 'geojson/s3.geojson'].filter(
    (file) => spawnSync('cmp', [join(out, file), join(alone, file)]).status !== 0,
  );
  check('predict: cmp', other.length === 0, other.join());
  const again = run(out, '--on', 'slurm').stdout.trim();
  check('predict: the same call afterwards submits nothing', /^0 units submitted/m.test(again), again);
}

/** The time of a job is up in the middle of a fold: Slurm warns two minutes before the third is over. */
export async function time(server, place) {
  const { folder, recipeOf } = place;
  const path = join(folder, 'long.yaml');
  const [out, alone] = [join(folder, 'time'), join(folder, 'time-whole')];
  writeFileSync(path, recipeOf(samplesFor(150, place)));
  submit(path, out, '-t 3');
  await drained(server, out, 1200);
  const put = times(out, /the time is up(?: at once)?; it goes back/g);
  check('time: tasks were put back', put > 0, `${put} times`);
  ftu('run', path, '--out', alone, '--threads', '1');
  checkEnd('time', out, alone);
}

/** A thousand small slides: what a slide costs beside its own computation, and what memory does meanwhile. `SLIDES=100` is a smaller number. */
export async function many(server, { folder }) {
  const count = Number(process.env.SLIDES ?? 1000);
  const [alone, out] = [join(folder, 'many-alone'), join(folder, 'many')];
  const size = ['--width', '100', '--height', '100', '--microns-per-pixel', '4'];
  ftu('synth', '--count', '4', ...size, '--seed', '6', '--out', join(folder, 'tiny'));
  const rows = Array.from({ length: count }, (_, i) => `s${i},tiny/images/synth-6-0${(i % 4) + 1}.png,4`);
  writeFileSync(join(folder, 'many.csv'), `id,image,mpp\n${rows.join('\n')}\n`);
  const run = (to, ...more) =>
    ftu('predict', '--slides', join(folder, 'many.csv'), '--out', to, '--threads', '1', '--outputs', 'mask', ...more);
  const seconds = (work) => {
    const began = performance.now();
    work();
    return (performance.now() - began) / 1000;
  };
  const plainSeconds = seconds(() => run(alone));
  const began = performance.now();
  const submitSeconds = seconds(() => console.log(run(out, '--on', 'slurm', '--sbatch', '-t 10').stdout.trim()));
  const memory = [];
  const before = server.processor();
  await drained(server, out, 6 * 3600, () => memory.push(server.memory()));
  const all = (performance.now() - began) / 1000;
  const controller = (1000 * (server.processor() - before)) / count;
  const taken = (contents) => new Map([...contents].filter(([file]) => !/^\.(run|ftu)/.test(file)));
  const apart = differences(taken(contentsOf(out)), taken(contentsOf(alone)));
  check(`many: ${count} slides have the bytes of a single machine`, apart.length === 0, apart.join());
  const third = Math.floor(memory.length / 3);
  const peak = (part) => Math.max(...part.map((kilobytes) => kilobytes / 1024)).toFixed(0);
  console.log(
    `many: one process ${plainSeconds.toFixed(0)} s; submission ${submitSeconds.toFixed(1)} s; all through Slurm ${all.toFixed(0)} s on ${server.nodes.length} nodes; ` +
      `a slide ${((all * server.nodes.length) / count).toFixed(2)} s of a node, ${(plainSeconds / count).toFixed(2)} s in one process; ` +
      `slurmctld ${controller.toFixed(1)} ms of its processor for a slide, at most ${peak(memory.slice(0, third))}, ${peak(memory.slice(third, 2 * third))}, ${peak(memory.slice(2 * third))} MB in the thirds of the time`,
  );
  console.log(`many: ${readFileSync(join(out, '.run', 'digests.txt')).length} bytes of digests`);
}
