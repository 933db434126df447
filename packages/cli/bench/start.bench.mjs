/**
 * How long commands take that compute nothing, against `node -e 0` in turns; and what the bundle saves. `make bench`, or alone:
 *
 *     node packages/cli/bench/start.bench.mjs
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TURNS = 11;
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const bundled = at('../bin/ftu.js');
const compiled = at('../dist/main.js');

const folder = mkdtempSync(join(tmpdir(), 'ftuseg-start-'));
const scan = at('../../../../shared/data/slides/pathml/small_HE.svs');
const slide = existsSync(scan) ? scan : join(folder, 'slide.tif');
if (slide !== scan) spawnSync(process.execPath, [bundled, 'synth', slide, '--width', '1024', '--height', '1024']);

const commands = {
  'node -e 0': ['-e', '0'],
  'ftu --version': [bundled, '--version'],
  'ftu --help': [bundled, '--help'],
  'ftu predict --help': [bundled, 'predict', '--help'],
  'ftu info SLIDE': [bundled, 'info', slide],
  'ftu info SLIDE, without the bundle': [compiled, 'info', slide],
};

const seconds = (args) => {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  return (performance.now() - began) / 1000;
};

console.log(`slide: ${slide === scan ? 'small_HE.svs' : 'a synthetic TIFF'}`);
const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
for (let turn = 0; turn < TURNS; turn++) {
  for (const [name, args] of Object.entries(commands)) times[name].push(seconds(args));
}
rmSync(folder, { recursive: true });

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const bare = median(times['node -e 0']);
for (const [name, values] of Object.entries(times)) {
  const one = median(values);
  console.log(`${name.padEnd(40)} ${one.toFixed(2)} s, ${(one - bare).toFixed(2)} s over bare Node`);
}
