/**
 * What a unit costs beside its own computation, for tables of several lengths: `make cluster-unit-costs ROWS=1000,10000`. Times are of the processor, so that other work on the machine matters
 * less. Where strace is installed, the system's calls that name files are counted, by whose files they are.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ftu, main } from './slurm/checks.mjs';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000,10000' } } });
const folder = mkdtempSync(join(tmpdir(), 'ftu-costs-'));
const at = (...names) => join(folder, ...names);
const program = dirname(dirname(dirname(dirname(main))));

/** Processor seconds of a command: the shell's last line of `times` is its children's. */
function seconds(...args) {
  const script = '"$@" > /dev/null 2>&1 || exit 1; times';
  const { status, stdout } = spawnSync('bash', ['-c', script, 'bash', process.execPath, main, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`ftu ${args.join(' ')} failed`);
  const [, children = ''] = stdout.trim().split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, rest]) => sum + 60 * minutes + +rest, 0);
}

/** Calls that name files: of the program, of the run and its slides, of the latter those that change folders. */
function calls(...args) {
  const trace = at('trace');
  if (spawnSync('strace', ['-V']).status !== 0) return undefined;
  spawnSync('strace', ['-f', '-qq', '-e', 'trace=%file', '-o', trace, process.execPath, main, ...args]);
  const lines = readFileSync(trace, 'utf8').split('\n');
  const own = lines.filter((line) => line.includes(`"${folder}`));
  return {
    program: lines.filter((line) => line.includes(`"${program}`)).length,
    run: own.length,
    changing: own.filter((line) => /(mkdir|rename|unlink|rmdir|link|O_CREAT)/.test(line)).length,
  };
}

const format = (value) => value.toFixed(2).padStart(7);
try {
  ftu('synth', '--width', '96', '--height', '96', '--microns-per-pixel', '4', '--out', at('one'));
  const [image] = readdirSync(at('one', 'images'));
  console.log('processor seconds:  first list   list again   a unit   a unit that is done');
  for (const rows of values.rows.split(',').map(Number)) {
    const ids = Array.from({ length: rows }, (_, i) => `s${i}`);
    mkdirSync(at(`slides-${rows}`));
    for (const id of ids) copyFileSync(at('one', 'images', image), at(`slides-${rows}`, `${id}.png`));
    const table = ids.map((id) => `${id},slides-${rows}/${id}.png,4`);
    writeFileSync(at(`${rows}.csv`), `id,image,mpp\n${table.join('\n')}\n`);
    const steps = `predictions: { do: predict, modelFiles: [{ model: starter }], slides: all, outputs: [mask] }`;
    writeFileSync(at(`${rows}.yaml`), `name: costs\nslides: { all: { table: ${rows}.csv } }\nsteps: { ${steps} }\n`);
    const run = at(`run-${rows}`);
    const lists = [
      seconds('unit', at(`${rows}.yaml`), '--out', run, '--list', '--threads', '1'),
      seconds('unit', run, '--list', '--threads', '1'),
    ];
    const unit = ['unit', run, 'predictions/slide/s7', '--threads', '1'];
    const [work, kept] = [seconds(...unit), seconds(...unit)];
    console.log(`${String(rows).padStart(7)} rows:     ${[...lists, work, kept].map(format).join('      ')}`);
    const found = calls('unit', run, 'predictions/slide/s8', '--threads', '1');
    if (found === undefined) console.log('skip the calls that name files: strace is not installed');
    else {
      const { program: code, run: own, changing } = found;
      console.log(
        `  a unit names files in ${code} calls of the program's, ${own} of the run's; ${changing} of these change folders`,
      );
    }
  }
  console.log(`the program alone: ${format(seconds('unit', '--help'))}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
