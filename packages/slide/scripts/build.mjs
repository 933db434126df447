/**
 * Builds the native JPEG decoder into build/Release/ftuseg_slide.node, or does nothing when it is up to date. Without libjpeg-turbo or a
 * compiler it says so and leaves decoding to sharp, which is slower and gives the same pixels.
 *
 *     node scripts/build.mjs [--prebuilt]
 *
 * `--prebuilt`: for the package, into prebuilds/, with libjpeg-turbo inside and its licence beside it. `npm pack` runs this.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const prebuilt = process.argv.includes('--prebuilt');
const folder = join(root, prebuilt ? `prebuilds/${process.platform}-${process.arch}` : 'build/Release');
const addon = join(folder, 'ftuseg_slide.node');
const stamp = join(root, 'build', prebuilt ? 'prebuilt.stamp' : 'ftuseg_slide.stamp');
/** Whoever hands out libjpeg-turbo's code hands out its licence. */
const LICENCE = '/usr/share/doc/libjpeg62-turbo-dev/copyright';

const listed = (path, ending) =>
  readdirSync(join(root, path))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(path, name));
const sources = [...listed('native', '.c'), ...(prebuilt ? listed('native/prebuilt', '.c') : [])];

const flags = [
  '-shared',
  '-fPIC',
  '-O3',
  '-ffp-contract=off',
  '-g0',
  '-fvisibility=hidden',
  '-Wall',
  '-Wextra',
  '-D_FILE_OFFSET_BITS=64',
  '-DNAPI_VERSION=8',
  ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
];
const libraries = prebuilt
  ? ['-Wl,--wrap=stderr', '-Wl,--exclude-libs,ALL', '-Wl,-Bstatic', '-ljpeg', '-Wl,-Bdynamic']
  : ['-ljpeg'];

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
}

function fingerprint() {
  const hash = createHash('sha256').update(JSON.stringify([process.arch, ...flags, ...libraries]));
  for (const file of [...sources, ...listed('native', '.h')]) hash.update(file).update(readFileSync(join(root, file)));
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

/** Ends without the addon. A package without prebuilt binaries is complete too: it is built where it is installed, or done without. */
function goOnWithout(message) {
  console.error(message);
  process.exit(0);
}

const current = fingerprint();
if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) process.exit(0);
if (prebuilt && `${process.platform}-${process.arch}` !== 'linux-x64') process.exit(0);
const inRepository = !/[\\/]node_modules[\\/]/.test(root);
if (!hasTurbo() && inRepository && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  console.error('installing libjpeg-turbo, for fast JPEG slides');
  run('sh', ['-c', 'apt-get update -qq && apt-get install -y -qq --no-install-recommends libjpeg62-turbo-dev'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
if (!hasTurbo()) {
  goOnWithout(
    'JPEG slides will be read by sharp, which is slower: for the fast decoder, sudo apt-get install build-essential libjpeg62-turbo-dev, then run this again',
  );
}
if (prebuilt && !existsSync(LICENCE)) {
  goOnWithout(`the package gets no prebuilt JPEG decoder: the licence of libjpeg-turbo is not at ${LICENCE}`);
}
const { include_dir: headers } = createRequire(import.meta.url)('node-api-headers');
mkdirSync(folder, { recursive: true });
const built = run('cc', [...flags, `-I${headers}`, ...sources, ...libraries, '-o', addon]);
if (built.status !== 0) {
  const log = `${built.stdout ?? ''}${built.stderr ?? ''}`.split('\n').filter((line) => /error/.test(line));
  goOnWithout(
    `${log.slice(0, 10).join('\n')}\nthe JPEG decoder could not be built; JPEG slides will be read by sharp, which is slower`,
  );
}
if (prebuilt) copyFileSync(LICENCE, join(folder, 'libjpeg-turbo.LICENSE'));
mkdirSync(dirname(stamp), { recursive: true });
writeFileSync(stamp, current);
console.error(`built the JPEG decoder (${addon.slice(root.length)})`);
