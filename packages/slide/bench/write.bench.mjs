/**
 * Writing a JPEG pyramid from an uncompressed planar slide: `ftu convert` against `vips copy`, the same tiles and quality, each as
 * a whole process.
 *
 *     node packages/slide/bench/write.bench.mjs [side] [rounds]
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [side = 10000, rounds = 3] = process.argv.slice(2).map(Number);
const python = '/usr/bin/python3';
if (spawnSync(python, ['-c', 'import tifffile']).status !== 0 || spawnSync('vips', ['-v']).status !== 0) {
  console.log('write: skipped, its slide is made with: apt-get install python3-tifffile libvips-tools');
  process.exit(0);
}

/** Wall-clock seconds and peak resident megabytes of a command. */
function time(command, args) {
  const began = performance.now();
  const run = spawnSync('/usr/bin/env', ['time', '-f', '%M', command, ...args], { encoding: 'utf8' });
  const seconds = (performance.now() - began) / 1000;
  if (run.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${run.stderr}`);
  return { seconds, megabytes: Number(run.stderr.trim().split('\n').at(-1)) / 1024 };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const folder = await mkdtemp(join(tmpdir(), 'ftuseg-write-'));
try {
  const [input, ours, theirs] = ['planar.tif', 'ours.tif', 'theirs.tif'].map((name) => join(folder, name));
  spawnSync(python, [here('make_slides.py'), String(side), input]);
  const commands = {
    ftuseg: ['node', [here('../../cli/dist/main.js'), 'convert', input, ours, '--quality', '85']],
    libvips: [
      'vips',
      ['copy', input, `${theirs}[tile,pyramid,compression=jpeg,Q=85,tile-width=256,tile-height=256,bigtiff]`],
    ],
  };
  const seconds = { ftuseg: [], libvips: [] };
  const megabytes = { ftuseg: 0, libvips: 0 };
  for (let round = 0; round < rounds; round++) {
    for (const [name, [command, args]] of Object.entries(commands)) {
      const took = time(command, args);
      seconds[name].push(took.seconds);
      megabytes[name] = Math.max(megabytes[name], took.megabytes);
    }
  }
  const [mine, other] = [median(seconds.ftuseg), median(seconds.libvips)];
  console.log(`write: planar ${side} x ${side} to a JPEG pyramid, median of ${rounds}, whole processes`);
  console.log(
    `  ftuseg ${mine.toFixed(2)} s, ${megabytes.ftuseg.toFixed(0)} MB  libvips ${other.toFixed(2)} s, ${megabytes.libvips.toFixed(0)} MB  ratio libvips / ours ${(other / mine).toFixed(2)}`,
  );
  console.log(
    `  file ${((await stat(ours)).size / 1e6).toFixed(0)} MB, libvips ${((await stat(theirs)).size / 1e6).toFixed(0)} MB`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
