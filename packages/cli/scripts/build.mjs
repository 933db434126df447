/**
 * Builds what ends `ftu` in time into build/Release/ftuseg_stop.node, or does nothing when it is up to date. Without a compiler it says so:
 * Ctrl-C then waits for whatever computes on the main thread.
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

// Windows has other signals: there the event loop alone listens.
if (process.platform === 'win32') process.exit(0);

const root = fileURLToPath(new URL('..', import.meta.url));
const prebuilt = process.argv.includes('--prebuilt');
const folder = join(root, prebuilt ? `prebuilds/${process.platform}-${process.arch}` : 'build/Release');
const addon = join(folder, 'ftuseg_stop.node');
const stamp = join(root, 'build', prebuilt ? 'prebuilt.stamp' : 'ftuseg_stop.stamp');
const source = join(root, 'native/stop.c');
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
const current = hash.update(readFileSync(source)).digest('hex');
if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) process.exit(0);
const { include_dir: headers } = createRequire(import.meta.url)('node-api-headers');
mkdirSync(folder, { recursive: true });
const built = spawnSync('cc', [...flags, `-I${headers}`, source, '-o', addon], { encoding: 'utf8' });
if (built.status !== 0) {
  const log = `${built.stderr ?? ''}`.split('\n').filter((line) => /error/.test(line));
  console.error(
    `${log.slice(0, 10).join('\n')}\nCtrl-C will wait for what computes on the main thread: for the native part, sudo apt-get install build-essential, then run this again`,
  );
  process.exit(0);
}
mkdirSync(dirname(stamp), { recursive: true });
writeFileSync(stamp, current);
console.error('built what ends ftu in time');
