/**
 * ftuseg is installed anew while a run is at work: units of two codes do not count for each other, and the run would wait for ever. Worker and run must say so and end, and go on
 * from what is finished once the installation is whole again.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from './redis-server.mjs';
import { startFtu, unitsBelow } from './redis-workers.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** What a run by its sentence may take until it looks at its own code. */
const MOST_SECONDS = 40;

/** A second installation with the same code: files are shared by links, so that one is replaced and never written to. @returns its folder */
function copyInstallation(folder) {
  const copy = join(folder, 'installation');
  const modules = join(copy, 'node_modules');
  mkdirSync(modules, { recursive: true });
  spawnSync('cp', ['-al', join(repository, 'packages'), copy]);
  spawnSync('cp', ['-a', join(repository, 'node_modules', '@ftuseg'), modules]);
  for (const name of readdirSync(join(repository, 'node_modules'))) {
    if (name !== '@ftuseg') symlinkSync(join(repository, 'node_modules', name), join(modules, name));
  }
  return copy;
}

/** @param compare compares a run's folder with that of a single machine */
export async function changedInstallation(server, { folder }, check, compare) {
  const copy = copyInstallation(join(folder, '..'));
  const program = join(copy, 'packages', 'cli', 'bin', 'ftu.js');
  const out = join(folder, 'changed');
  const log = (name) => join(folder, `changed-${name}.log`);
  const begin = () => ({
    run: startFtu(['run', join(folder, 'recipe.yaml'), '--out', out, '--threads', '1', '--on', server.own], {
      log: log('run'),
      program,
    }),
    worker: startFtu(['worker', '--queue', server.own], { log: log('worker'), program }),
  });
  let { run, worker } = begin();
  try {
    await until('changed: a fold', () => unitsBelow(worker).some(({ line }) => /stage\/fold/.test(line)), 120);
    const file = join(copy, 'packages', 'nn', 'dist', 'index.js');
    const text = readFileSync(file, 'utf8');
    const replace = (content) => {
      writeFileSync(`${file}.new`, content);
      renameSync(`${file}.new`, file);
    };
    replace(`${text}\n// of another version\n`);
    const sentence = /ftu: nn\/dist\/index\.js: ftuseg itself was changed on this host/;
    for (const [name, child] of Object.entries({ worker, run })) {
      const patience = sleep(MOST_SECONDS * 1000, { code: 'not at an end' }, { ref: false });
      const { code } = await Promise.race([child.ended, patience]);
      const said = readFileSync(log(name), 'utf8').trim().split('\n').at(-1);
      check(
        `changed: the ${name} says that the installation was changed, and ends`,
        code === 1 && sentence.test(said),
        said,
      );
    }
    replace(text);
    ({ run, worker } = begin());
    const { code } = await run.ended;
    check('changed: the same command goes on once it is whole again', code === 0, String(code));
    const apart = compare(out);
    check('changed: the bytes of a single machine', apart.length === 0, apart.slice(0, 5).join());
  } finally {
    for (const child of [worker, run]) {
      if (child.exitCode === null) child.kill('SIGTERM');
      await child.ended;
    }
  }
}
