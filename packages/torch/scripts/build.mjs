/**
 * Builds the native bridge into build/Release/ftuseg_torch.node, or does nothing when it is up to date.
 * `--optional`: a missing libtorch or compiler is a message, not a failure. `--force`: build anyway.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findLibtorch, missingTools } from './libtorch.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const addon = join(root, 'build/Release/ftuseg_torch.node');
const stamp = join(root, 'build/ftuseg_torch.stamp');
const optional = process.argv.includes('--optional');

function give(message) {
  console.error(message);
  process.exit(optional ? 0 : 1);
}

const sources = readdirSync(join(root, 'native')).filter((name) => name.endsWith('.cc'));

function compilerFlags(libtorch) {
  const require = createRequire(import.meta.url);
  const api = dirname(require.resolve('node-addon-api/package.json'));
  const folders = [require('node-api-headers').include_dir, api, ...libtorch.include];
  return [
    '-fPIC',
    '-pthread',
    `-std=${libtorch.standard}`,
    '-O3',
    '-g0',
    '-fno-trapping-math',
    '-fvisibility=hidden',
    '-Wall',
    '-Wextra',
    '-Wno-unused-parameter',
    '-DNAPI_VERSION=8',
    '-DNAPI_CPP_EXCEPTIONS',
    '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
    `-D_GLIBCXX_USE_CXX11_ABI=${libtorch.abi}`,
    ...(libtorch.gloo ? ['-DFTU_WITH_C10D', '-DUSE_DISTRIBUTED', '-DUSE_C10D', '-DUSE_C10D_GLOO'] : []),
    ...(libtorch.nccl ? ['-DUSE_C10D_NCCL'] : []),
    ...folders.map((folder) => `-I${folder}`),
  ];
}

function linkerFlags(libtorch) {
  const libraries = ['torch', 'torch_cpu', 'c10', ...(libtorch.cuda ? ['torch_cuda', 'c10_cuda'] : [])];
  return [
    '-shared',
    '-pthread',
    '-Wl,-z,nodelete',
    // CUDA's operators register themselves when their library loads; nothing refers to it by name.
    '-Wl,--no-as-needed',
    `-L${libtorch.lib}`,
    `-Wl,-rpath,${libtorch.lib}`,
    ...libraries.map((name) => `-l${name}`),
  ];
}

/** What every object depends on: the libtorch, the flags and the headers. */
function commonKey(libtorch) {
  const hash = createHash('sha256').update(JSON.stringify([libtorch, process.arch, ...compilerFlags(libtorch)]));
  const headers = readdirSync(join(root, 'native')).filter((name) => name.endsWith('.h'));
  for (const file of headers.sort()) hash.update(file).update(readFileSync(join(root, 'native', file)));
  return hash.digest('hex');
}

const keyOf = (source, common) =>
  createHash('sha256')
    .update(common)
    .update(readFileSync(join(root, 'native', source)))
    .digest('hex');

/** @returns what the command said; it ended well when `status` is 0 */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk));
    child.on('error', (error) => resolve({ status: 1, log: `error: ${error.message}` }));
    child.on('close', (status) => resolve({ status, log }));
  });
}

function failed(log) {
  const reasons = log.split('\n').filter((line) => /error/.test(line));
  console.error(`${reasons.slice(0, 20).join('\n')}\nbuilding the libtorch bridge failed; the first reasons are above`);
  process.exit(1);
}

/** Compiles what changed, a file per processor at a time; each object has its key beside it. */
async function compile(libtorch, common, force) {
  const objects = join(root, 'build/objects');
  mkdirSync(objects, { recursive: true });
  const waiting = sources.filter((source) => {
    const key = join(objects, `${source}.key`);
    return force || !existsSync(key) || readFileSync(key, 'utf8') !== keyOf(source, common);
  });
  const flags = compilerFlags(libtorch);
  const work = async () => {
    for (let source = waiting.pop(); source !== undefined; source = waiting.pop()) {
      rmSync(join(objects, `${source}.key`), { force: true });
      const key = keyOf(source, common);
      const object = join(objects, `${source}.o`);
      const { status, log } = await run('c++', [...flags, '-c', join('native', source), '-o', object]);
      if (status !== 0) failed(log);
      writeFileSync(join(objects, `${source}.key`), key);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return sources.map((source) => join(objects, `${source}.o`));
}

let libtorch;
try {
  libtorch = findLibtorch();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
if (libtorch === undefined) {
  give(
    'libtorch is not installed, so training is not available; `node scripts/install-libtorch.mjs` installs it (everything else works)',
  );
}
const common = commonKey(libtorch);
const current = [...sources.map((source) => keyOf(source, common)), ...linkerFlags(libtorch)].join('\n');
const force = process.argv.includes('--force');
if (!force && existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) {
  console.log(`the libtorch bridge is up to date (libtorch ${libtorch.version})`);
  process.exit(0);
}
const missing = missingTools();
if (missing.length > 0) {
  give(`the libtorch bridge cannot be built without ${missing.join(', ')}: apt-get install -y build-essential`);
}
const where = libtorch.root === 'system' ? 'of the system' : `in ${libtorch.root}`;
console.log(
  `building the libtorch bridge (libtorch ${libtorch.version} ${where}${libtorch.cuda ? ', with CUDA' : ''})`,
);
const started = Date.now();
const objects = await compile(libtorch, common, force);
mkdirSync(dirname(addon), { recursive: true });
const linked = await run('c++', [...objects, ...linkerFlags(libtorch), '-o', addon]);
if (linked.status !== 0) failed(linked.log);
writeFileSync(stamp, current);
console.log(`built build/Release/ftuseg_torch.node in ${((Date.now() - started) / 1000).toFixed(0)} s`);
