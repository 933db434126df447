/**
 * Builds the native JPEG decoder into build/Release/ftuseg_slide.node, or does nothing when it is up to date. Without libjpeg-turbo or a
 * compiler it says so and leaves decoding to sharp, which is slower and gives the same pixels. Then what calls the machine's OpenSlide, into
 * ftuseg_openslide.node, which needs a compiler only.
 *
 *     node scripts/build.mjs [--prebuilt]
 *
 * `--prebuilt`: for the package, into prebuilds/, with libjpeg-turbo inside and its licence beside it. `npm pack` runs this.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addonBuild, buildOptionalAddon } from '@ftuseg/files/scripts/compile-addon.mjs';

const root = new URL('..', import.meta.url);
const prebuilt = process.argv.includes('--prebuilt');
const inRepository = !/[\\/]node_modules[\\/]/.test(fileURLToPath(root));
/** Who hands out libjpeg-turbo's code hands out its licence. */
const LICENCE = '/usr/share/doc/libjpeg62-turbo-dev/copyright';

/** Whether the compiler finds libjpeg-turbo's header and library; older libjpegs lack what is used here. */
function hasTurbo() {
  const source =
    '#include <stdio.h>\n#include <jpeglib.h>\nint main(void) { return LIBJPEG_TURBO_VERSION_NUMBER < 2000000; }\n';
  const folder = mkdtempSync(join(tmpdir(), 'ftuseg-turbo-'));
  const program = join(folder, 'check');
  const compiled = spawnSync('cc', ['-x', 'c', '-', '-ljpeg', '-o', program], { input: source });
  const works = compiled.status === 0 && spawnSync(program).status === 0;
  rmSync(folder, { recursive: true });
  return works;
}

function installTurbo() {
  console.error('installing libjpeg-turbo, for fast JPEG slides');
  const install = 'apt-get update -qq && apt-get install -y -qq --no-install-recommends libjpeg62-turbo-dev';
  spawnSync('sh', ['-c', install], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}

function build() {
  const addon = addonBuild({
    root,
    name: 'ftuseg_slide',
    flags: ['-O3', '-ffp-contract=off', '-D_FILE_OFFSET_BITS=64'],
    libraries: prebuilt
      ? ['-Wl,--wrap=stderr', '-Wl,--exclude-libs,ALL', '-Wl,-Bstatic', '-ljpeg', '-Wl,-Bdynamic']
      : ['-ljpeg'],
    prebuilt,
  });
  if (addon.isUpToDate()) return undefined;
  if (prebuilt && process.platform !== 'linux') return 'the package gets no prebuilt JPEG decoder on this system';
  if (!hasTurbo() && inRepository && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) installTurbo();
  if (!hasTurbo()) {
    return 'JPEG slides will be read by sharp, which is slower: for the fast decoder, sudo apt-get install build-essential libjpeg62-turbo-dev, then run this again';
  }
  if (prebuilt && !existsSync(LICENCE)) {
    return `the package gets no prebuilt JPEG decoder: the licence of libjpeg-turbo is not at ${LICENCE}`;
  }
  const failure = addon.compile();
  if (failure !== undefined) {
    return `${failure}\nthe JPEG decoder could not be built; JPEG slides will be read by sharp, which is slower`;
  }
  if (prebuilt) copyFileSync(LICENCE, join(addon.folder, 'libjpeg-turbo.LICENSE'));
  return 'built the JPEG decoder';
}

const message = build();
if (message !== undefined) console.error(message);

buildOptionalAddon({
  root,
  name: 'ftuseg_openslide',
  native: 'native/openslide',
  flags: ['-O2'],
  prebuilt,
  what: 'what calls OpenSlide',
  without: 'slides that only OpenSlide reads will not open',
});
