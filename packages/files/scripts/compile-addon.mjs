/**
 * Compiles a package's native/ with the system's C compiler alone: Node-API's headers come from a package, and one binary serves every
 * version of Node. Each package's scripts/build.mjs says what is special about it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BASE_FLAGS = [
  '-shared',
  '-fPIC',
  '-g0',
  '-fvisibility=hidden',
  '-Wall',
  '-Wextra',
  '-DNAPI_VERSION=8',
  ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
];

const HELP = `for the native part, sudo apt-get install build-essential, then \`make build\` or \`node ${process.argv[1]}\``;

/**
 * @param {object} options
 * @param {URL} options.root the package's folder
 * @param {string} options.name the addon's, without .node
 * @param {readonly string[]} options.flags of the compiler
 * @param {readonly string[]} [options.libraries] of the linker
 * @param {string} [options.native] the folder of its sources, for a package of several addons; `prebuilt` below it is compiled too for the package
 * @param {boolean} [options.prebuilt] for the package, into prebuilds/
 */
export function addonBuild({ root, name, flags, libraries = [], native = 'native', prebuilt = false }) {
  const home = fileURLToPath(root);
  const folder = join(home, prebuilt ? `prebuilds/${process.platform}-${process.arch}` : 'build/Release');
  const addon = join(folder, `${name}.node`);
  const stamp = join(home, 'build', `${name}${prebuilt ? '.prebuilt' : ''}.stamp`);
  const listed = (path, ending) =>
    existsSync(join(home, path))
      ? readdirSync(join(home, path))
          .filter((file) => file.endsWith(ending))
          .sort()
          .map((file) => join(path, file))
      : [];
  const sources = [...listed(native, '.c'), ...(prebuilt ? listed(`${native}/prebuilt`, '.c') : [])];
  const hash = createHash('sha256').update(JSON.stringify([process.arch, BASE_FLAGS, flags, libraries]));
  for (const file of [...sources, ...listed(native, '.h')]) hash.update(file).update(readFileSync(join(home, file)));
  const fingerprint = hash.digest('hex');
  return {
    folder,
    isUpToDate: () => existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint,
    /** @returns {string | undefined} why it failed */
    compile: () => {
      const { include_dir: headers } = createRequire(import.meta.url)('node-api-headers');
      for (const path of [folder, join(home, 'build')]) mkdirSync(path, { recursive: true });
      const args = [...BASE_FLAGS, ...flags, `-I${headers}`, ...sources, ...libraries, '-o', addon];
      const built = spawnSync('cc', args, { cwd: home, encoding: 'utf8', maxBuffer: 1 << 28 });
      if (built.status !== 0) {
        const log = built.error?.message ?? `${built.stdout}${built.stderr}`;
        return log
          .split('\n')
          .filter((line) => /error|ENOENT/.test(line))
          .slice(0, 10)
          .join('\n');
      }
      writeFileSync(stamp, fingerprint);
      return undefined;
    },
  };
}

/**
 * The whole of a build script for an addon that everything works without: builds it where it is not up to date, or says what is missing.
 *
 * @param {Parameters<typeof addonBuild>[0] & { what: string, without: string }} options `what` it is, and what happens `without` it
 */
export function buildOptionalAddon({ what, without, ...options }) {
  const build = addonBuild(options);
  if (build.isUpToDate()) return;
  const failure = build.compile();
  // A package without prebuilt binaries is complete too.
  console.error(failure === undefined ? `built ${what}` : `${failure}\n${without}: ${HELP}`);
}
