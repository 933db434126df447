/**
 * Builds the native JPEG decoder into build/Release/ftuseg_slide.node, or does nothing when it is up to date. Without
 * libjpeg-turbo or a compiler it says so and leaves decoding to sharp, which is slower and gives the same pixels.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const addon = join(root, 'build/Release/ftuseg_slide.node');
const stamp = join(root, 'build/ftuseg_slide.stamp');

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
}

function fingerprint() {
  const hash = createHash('sha256').update(`${process.arch} ${process.versions.modules}`);
  const files = readdirSync(join(root, 'native')).map((name) => join('native', name));
  for (const file of [...files.sort(), 'binding.gyp']) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Whether the compiler finds libjpeg-turbo's header and library; older libjpegs lack what is used here. */
function hasTurbo() {
  const source =
    '#include <stdio.h>\n#include <jpeglib.h>\nint main(void) { return LIBJPEG_TURBO_VERSION_NUMBER < 2000000; }\n';
  const check = ['-x', 'c', '-', '-ljpeg', '-o', join(root, 'build/check')];
  mkdirSync(join(root, 'build'), { recursive: true });
  return run('cc', check, { input: source }).status === 0 && run(join(root, 'build/check'), []).status === 0;
}

const current = fingerprint();
if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) process.exit(0);
const asRoot = process.getuid?.() === 0;
if (!hasTurbo() && asRoot && existsSync('/usr/bin/apt-get')) {
  console.log('installing libjpeg-turbo, for fast JPEG slides');
  run('sh', ['-c', 'apt-get update -qq && apt-get install -y -qq --no-install-recommends libjpeg62-turbo-dev'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
if (!hasTurbo()) {
  console.error(
    'JPEG slides will be read by sharp, which is slower: for the fast decoder, sudo apt-get install build-essential libjpeg62-turbo-dev, then `make build`',
  );
  process.exit(0);
}
const gyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
const prefix = dirname(dirname(process.execPath));
const ownHeaders = existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
const built = run(process.execPath, [gyp, 'rebuild', '--jobs', 'max', ...ownHeaders]);
if (built.status !== 0) {
  const log = `${built.stdout ?? ''}${built.stderr ?? ''}`.split('\n').filter((line) => /error|ERR!/.test(line));
  console.error(
    `${log.slice(0, 10).join('\n')}\nthe JPEG decoder could not be built; JPEG slides will be read by sharp, which is slower`,
  );
  process.exit(0);
}
writeFileSync(stamp, current);
console.log('built the JPEG decoder');
