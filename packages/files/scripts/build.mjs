/**
 * Builds the lock of an open file into build/Release/ftuseg_files.node, or does nothing when it is up to date. Without a compiler it says so:
 * a process that was killed is then known by its number, and on another host by its silence.
 *
 *     node scripts/build.mjs [--prebuilt]
 *
 * `--prebuilt`: for the package, into prebuilds/. `npm pack` runs this.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Windows has other locks; there process numbers decide.
if (process.platform === 'win32') process.exit(0);

const root = fileURLToPath(new URL('..', import.meta.url));
const prebuilt = process.argv.includes('--prebuilt');
const folder = join(root, prebuilt ? `prebuilds/${process.platform}-${process.arch}` : 'build/Release');
const addon = join(folder, 'ftuseg_files.node');
const stamp = join(root, 'build', prebuilt ? 'prebuilt.stamp' : 'ftuseg_files.stamp');
const sources = ['native/addon.c', 'native/lock.c'].map((name) => join(root, name));
const flags = [
  '-shared',
  '-fPIC',
  '-pthread',
  '-O2',
  '-g0',
  '-fvisibility=hidden',
  '-Wall',
  '-Wextra',
  '-DNAPI_VERSION=8',
  '-D_POSIX_C_SOURCE=200809L',
  '-D_DEFAULT_SOURCE',
  '-D_DARWIN_C_SOURCE',
  ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
];

const hash = createHash('sha256').update(JSON.stringify([process.arch, ...flags]));
for (const source of [...sources, join(root, 'native/lock.h')]) hash.update(readFileSync(source));
const current = hash.digest('hex');
if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) process.exit(0);
const { include_dir: headers } = createRequire(import.meta.url)('node-api-headers');
mkdirSync(folder, { recursive: true });
const built = spawnSync('cc', [...flags, `-I${headers}`, ...sources, '-o', addon], { encoding: 'utf8' });
if (built.status !== 0) {
  const log = `${built.stderr ?? ''}`.split('\n').filter((line) => /error/.test(line));
  console.error(
    `${log.slice(0, 10).join('\n')}\nthe lock of open files could not be built, so process numbers decide who has a folder: for the native part, sudo apt-get install build-essential, then run this again`,
  );
  process.exit(0);
}
mkdirSync(dirname(stamp), { recursive: true });
writeFileSync(stamp, current);
console.error('built the lock of open files');
