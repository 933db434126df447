/**
 * Builds what ends `ftu` in time into build/Release/ftuseg_stop.node, or does nothing when it is up to date. Without a compiler it says so:
 * Ctrl-C then waits for whatever computes on the main thread.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const addon = join(root, 'build/Release/ftuseg_stop.node');
const stamp = join(root, 'build/ftuseg_stop.stamp');

// Windows has other signals: there the event loop alone listens.
if (process.platform === 'win32') process.exit(0);
const hash = createHash('sha256').update(`${process.arch} ${process.versions.modules}`);
for (const file of ['native/stop.c', 'binding.gyp']) hash.update(readFileSync(join(root, file)));
const current = hash.digest('hex');
if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) process.exit(0);

// node-gyp comes with the slide reader, which has native code too.
const gyp = createRequire(join(root, '../slide/package.json')).resolve('node-gyp/bin/node-gyp.js');
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
    `${log.slice(0, 10).join('\n')}\nCtrl-C will wait for what computes on the main thread: for the native part, sudo apt-get install build-essential, then \`make build\``,
  );
  process.exit(0);
}
mkdirSync(dirname(stamp), { recursive: true });
writeFileSync(stamp, current);
console.log('built what ends ftu in time');
