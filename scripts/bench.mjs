/**
 * Every benchmark of every package, one after another, to the end even where one falls short. With `--out FILE` a report in Markdown: the
 * machine, how long each took and how it ended, and all that it printed.
 *
 * `--small` runs each at a small size, to see that it still runs: it fails where one throws, not where one falls short.
 *
 *     node scripts/bench.mjs [--only read,tiles] [--out bench.md] [--small]
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { smallSizes } from './bench-sizes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { only: { type: 'string' }, out: { type: 'string' }, small: { type: 'boolean', default: false } },
});
/** `infer/memory`: two packages may have benchmarks of one name. */
const nameOf = (file) => `${file.split('/')[1]}/${basename(file, '.bench.mjs')}`;
const answersTo = (file, name) => nameOf(file) === name || basename(file, '.bench.mjs') === name;

const every = readdirSync(join(root, 'packages'))
  .map((name) => `packages/${name}/bench`)
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
  .filter((file) => file.endsWith('.bench.mjs'));
const wanted = values.only?.split(',');
const unknown = wanted?.filter((name) => !every.some((file) => answersTo(file, name))) ?? [];
if (unknown.length > 0) {
  console.error(`--only: no benchmark is called ${unknown.join(', ')}; there are ${every.map(nameOf).join(', ')}`);
  process.exit(2);
}
const files = every
  .filter((file) => wanted?.some((name) => answersTo(file, name)) ?? true)
  .filter((file) => !values.small || smallSizes[nameOf(file)] !== undefined);

const place = values.small ? mkdtempSync(join(tmpdir(), 'ftuseg-small-bench-')) : undefined;
const env = { ...process.env, ...(place && { FTUSEG_BENCH_SLIDES: place, FTUSEG_BENCH_WINDOWS: '48' }) };
process.on('exit', () => place && rmSync(place, { recursive: true, force: true }));

/** Whether it was an error that ended a benchmark, and not a figure that fell short: a trace of it is among what it printed. */
const isBroken = ({ code, printed }) => code !== 0 && (code !== 1 || /^ +at .+:\d+:\d+/m.test(printed));

/** Runs one benchmark, shows what it prints and keeps it. */
function run(file) {
  return new Promise((resolve, reject) => {
    const sizes = values.small ? smallSizes[nameOf(file)] : [];
    const child = spawn(process.execPath, [file, ...sizes], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [printed, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text;
      process.stdout.write(text);
    });
    // How the making of slides and networks goes, and what ends a benchmark.
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
      process.stderr.write(text);
    });
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code: code ?? signal, printed: code === 0 ? printed : printed + errors }),
    );
  });
}

/** What a terminal shows in the end of lines that are written over. */
const settled = (text) =>
  text
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r', line.length - 2) + 1).trimEnd())
    .join('\n')
    .trim();

const firstLine = (program, ...args) => spawnSync(program, args, { encoding: 'utf8' }).stdout?.split('\n')[0] ?? '';
const python = [
  'import torch, cv2, numpy, openslide',
  'print(f"PyTorch {torch.__version__}, OpenCV {cv2.__version__}, NumPy {numpy.__version__}, OpenSlide {openslide.__library_version__}")',
];

function machine() {
  const processors = `${availableParallelism()} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
  const flags = spawnSync('lscpu', { encoding: 'utf8' }).stdout?.match(/avx512_vnni|avx_vnni|avx512f|avx2/g) ?? [];
  return [
    `- ${processors}${flags.length > 0 ? ` (${[...new Set(flags)].join(', ')})` : ''}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${release()}`,
    `- Node ${process.versions.node}, commit ${firstLine('git', '-C', root, 'rev-parse', '--short', 'HEAD')}`,
    `- Peers: ${[firstLine('/usr/bin/python3', '-c', python.join('\n')), firstLine('vips', '--version')].filter(Boolean).join(', ') || 'none installed'}`,
  ];
}

const began = new Date();
const [loadBefore] = loadavg();
const facts = machine();
const results = [];

function report() {
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    `Begun ${began.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${(total / 60).toFixed(0)} minutes; load before: ${loadBefore.toFixed(2)}.`,
    '',
    ...facts,
    '',
    '| benchmark | seconds | ended |',
    '|---|--:|---|',
    ...results.map(
      ({ file, seconds, code }) =>
        `| [${nameOf(file)}](#${nameOf(file).replace('/', '')}) | ${seconds.toFixed(0)} | ${code === 0 ? 'well' : `with ${code}`} |`,
    ),
    ...results.flatMap(({ file, printed }) => [
      '',
      `### ${nameOf(file)}`,
      '',
      `\`node ${file}\``,
      '',
      '```text',
      printed,
      '```',
    ]),
    '',
  ].join('\n');
}

for (const file of files) {
  console.log(`== ${file}`);
  const start = performance.now();
  const { code, printed } = await run(file);
  const seconds = (performance.now() - start) / 1000;
  console.log(`== ${code === 0 ? 'done' : `ended with ${code}`} after ${seconds.toFixed(0)} s`);
  results.push({ file, code, seconds, printed: settled(printed) });
  // After each, so that one that is stopped leaves what the others said.
  if (values.out !== undefined) {
    writeFileSync(`${values.out}.part`, report());
    renameSync(`${values.out}.part`, values.out);
  }
}
const failed = results.filter((result) => (values.small ? isBroken(result) : result.code !== 0));
if (failed.length > 0) console.error(`did not end well: ${failed.map(({ file }) => nameOf(file)).join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
