/**
 * Builds the native bridge into build/Release/ftuseg_torch.node, or does nothing when it is up to date.
 * `--optional`: a missing libtorch or compiler is a message, not a failure. `--force`: build anyway.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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

/** What a build depends on: the libtorch on the first line, the sources on the second. */
function fingerprint(libtorch) {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, 'native')).map((name) => join('native', name));
  for (const file of [...files.sort(), 'binding.gyp']) hash.update(file).update(readFileSync(join(root, file)));
  return `${JSON.stringify([libtorch, process.arch])}\n${hash.digest('hex')}`;
}

/** What binding.gyp reads from its environment; one item per line. */
function gypEnvironment(libtorch) {
  const libraries = ['torch', 'torch_cpu', 'c10', ...(libtorch.cuda ? ['torch_cuda', 'c10_cuda'] : [])];
  return {
    FTU_TORCH_INCLUDE: libtorch.include.join('\n'),
    FTU_TORCH_DEFINES: `_GLIBCXX_USE_CXX11_ABI=${libtorch.abi}`,
    FTU_TORCH_STANDARD: libtorch.standard,
    // CUDA's operators register themselves when their library loads; nothing refers to it by name.
    FTU_TORCH_LDFLAGS: ['-Wl,--no-as-needed', `-L${libtorch.lib}`, `-Wl,-rpath,${libtorch.lib}`].join('\n'),
    FTU_TORCH_LIBRARIES: libraries.map((name) => `-l${name}`).join('\n'),
  };
}

/** `fresh`: start over, since make does not see changed headers outside the project. */
function runGyp(libtorch, fresh) {
  const gyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  const prefix = dirname(dirname(process.execPath));
  const ownHeaders = existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
  const steps = fresh ? ['rebuild'] : ['configure', 'build'];
  return spawnSync(process.execPath, [gyp, ...steps, '--jobs', 'max', ...ownHeaders], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...gypEnvironment(libtorch) },
    maxBuffer: 1 << 28,
  });
}

let libtorch;
try {
  libtorch = findLibtorch();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
if (libtorch === undefined) {
  give('libtorch is not installed, so training is not available; `make libtorch` installs it (everything else works)');
}
const current = fingerprint(libtorch);
const previous = existsSync(addon) && existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
const force = process.argv.includes('--force');
if (previous === current && !force) {
  console.log(`the libtorch bridge is up to date (libtorch ${libtorch.version})`);
  process.exit(0);
}
const missing = missingTools();
if (missing.length > 0) {
  give(`the libtorch bridge cannot be built without ${missing.join(', ')}: apt-get install -y build-essential python3`);
}
const where = libtorch.root === 'system' ? 'of the system' : `in ${libtorch.root}`;
console.log(
  `building the libtorch bridge (libtorch ${libtorch.version} ${where}${libtorch.cuda ? ', with CUDA' : ''})`,
);
const started = Date.now();
const run = runGyp(libtorch, force || previous.split('\n')[0] !== current.split('\n')[0]);
if (run.status !== 0) {
  const log = `${run.stdout ?? ''}${run.stderr ?? ''}${run.error?.message ?? ''}`;
  const reasons = log.split('\n').filter((line) => /error|ERR!/.test(line));
  console.error(`${reasons.slice(0, 20).join('\n')}\nbuilding the libtorch bridge failed; the first reasons are above`);
  process.exit(1);
}
mkdirSync(dirname(stamp), { recursive: true });
writeFileSync(stamp, current);
console.log(`built build/Release/ftuseg_torch.node in ${((Date.now() - started) / 1000).toFixed(0)} s`);
