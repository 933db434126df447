/**
 * Builds the lock of an open file into build/Release/ftuseg_files.node, or does nothing when it is up to date. Without a compiler it says so:
 * a process that was killed is then known by its number, and on another host by its silence.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const addon = join(root, 'build/Release/ftuseg_files.node');
const stamp = join(root, 'build/ftuseg_files.stamp');

// Windows has other locks; there process numbers decide.
if (process.platform === 'win32') process.exit(0);
const hash = createHash('sha256').update(`${process.arch} ${process.versions.modules}`);
const sources = readdirSync(join(root, 'native')).map((name) => join('native', name));
for (const file of [...sources.sort(), 'binding.gyp']) hash.update(file).update(readFileSync(join(root, file)));
const current = hash.digest('hex');
if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) process.exit(0);

const gyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
const prefix = dirname(dirname(process.execPath));
const ownHeaders = existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
const built = spawnSync(process.execPath, [gyp, 'rebuild', ...ownHeaders], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
if (built.status !== 0) {
  const log = `${built.stdout ?? ''}${built.stderr ?? ''}`.split('\n').filter((line) => /error|ERR!/.test(line));
  console.error(
    `${log.slice(0, 10).join('\n')}\nthe lock of open files could not be built, so process numbers decide who has a folder: for the native part, sudo apt-get install build-essential, then \`make build\``,
  );
  process.exit(0);
}
mkdirSync(dirname(stamp), { recursive: true });
writeFileSync(stamp, current);
console.log('built the lock of open files');
