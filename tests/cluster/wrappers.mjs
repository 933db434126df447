/**
 * The wrappers of examples/cluster around `ftu unit`, as far as one machine can try them: `make cluster-test-wrappers`. Snakemake runs the Snakefile where it is installed, Nextflow units.nf; of the
 * Kubernetes Job the container's own command runs for every index. Each must leave the bytes of `ftu run`.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { contentsOf, differences } from '../../packages/cli/scripts/kills/contents.mjs';
import { check, ftu, main } from './slurm/checks.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ftu-wrappers-'));
const at = (...names) => join(folder, ...names);
mkdirSync(at('bin'));
writeFileSync(at('bin', 'ftu'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
chmodSync(at('bin', 'ftu'), 0o755);
process.env.PATH = `${at('bin')}:${process.env.PATH}`;
cpSync(fileURLToPath(new URL('../../examples/cluster', import.meta.url)), at('cluster'), { recursive: true });
const size = ['--width', '300', '--height', '300', '--microns-per-pixel', '4'];
ftu('synth', '--count', '3', ...size, '--seed', '2', '--out', at('slides'));
writeFileSync(
  at('recipe.yaml'),
  `name: wrappers
slides: { all: { table: slides } }
steps:
  predictions: { do: predict, modelFiles: [{ model: starter }], slides: all, outputs: [mask] }
  report: { do: report }
`,
);
ftu('run', at('recipe.yaml'), '--out', at('whole'), '--threads', '2');

const installed = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const results = (name) =>
  new Map([...contentsOf(at(name))].filter(([file]) => !/^\.(units|snakemake)|^units\.txt$/.test(file)));
const list = (name) => ftu('unit', at('recipe.yaml'), '--out', at(name), '--list');
const run = (command, env = {}) =>
  spawnSync('sh', ['-c', command], { cwd: at('cluster'), env: { ...process.env, ...env }, encoding: 'utf8' });

function checkEnd(what, name) {
  const last = list(name).stdout.trim().split('\n').at(-1);
  check(`${what}: all units are done`, / 0 ready, 0 waiting, 0 set aside$/.test(last), last);
  const apart = differences(results(name), results('whole'));
  check(`${what}: the bytes of \`ftu run\``, apart.length === 0, apart.join());
}

function snakemake() {
  if (!installed('snakemake')) return console.log('skip Snakemake: it is not installed');
  list('snake');
  const command = `snakemake --cores 2 --forceall --keep-going --config run='${at('snake')}'`;
  const { status, stderr } = run(command);
  check('Snakemake: the Snakefile', status === 0, status === 0 ? '' : stderr.slice(-500));
  const again = run(command);
  check('Snakemake: again', again.status === 0, `${again.stdout.match(/kept: published before/g)?.length} kept`);
  checkEnd('Snakemake', 'snake');
}

/** Calls `work` with the units that are ready until none is. */
function waves(name, work) {
  list(name);
  for (let wave = 1; wave < 10; wave++) {
    const ready = run(`./ready.sh '${at(name)}'`).stdout;
    if (ready === '') return;
    work(ready.trimEnd().split('\n'), ready);
  }
}

function nextflow() {
  if (!installed('nextflow')) return console.log('skip Nextflow: it is not installed');
  waves('next', () => {
    const { status, stdout } = run(`nextflow run units.nf --run '${at('next')}'`);
    check('Nextflow: units.nf', status === 0, status === 0 ? '' : stdout.slice(-500));
  });
  checkEnd('Nextflow', 'next');
}

function kubernetes() {
  const job = parse(readFileSync(at('cluster', 'job.yaml'), 'utf8'));
  const [container] = job.spec.template.spec.containers;
  const [program, ...words] = [...container.command, ...container.args];
  check('Kubernetes: an Indexed Job', job.kind === 'Job' && job.spec.completionMode === 'Indexed', program);
  waves('kube', (units, text) => {
    writeFileSync(at('kube', 'units.txt'), text);
    const codes = units.map((_, index) => {
      const args = words.map((word) => word.replaceAll('/data/runs/small', at('kube')));
      const env = { ...process.env, JOB_COMPLETION_INDEX: String(index) };
      return spawnSync(program, args, { env, encoding: 'utf8' }).status;
    });
    check(
      `Kubernetes: ${units.join(', ')}`,
      codes.every((code) => code === 0),
      codes.join(),
    );
  });
  checkEnd('Kubernetes', 'kube');
}

try {
  snakemake();
  nextflow();
  kubernetes();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
