/**
 * What a machine without a network needs to run `ftu`: the built packages and what they depend on, for Linux on x64, as Kaggle's notebooks
 * are. Nothing is installed for it; what is packed is what runs here.
 */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { exists, ioError } from '@ftuseg/files';
import { z } from 'zod';
import type { PackedFile } from '../folders/list-files.js';

/** Needed to compile, never to run; and queues, which no machine without a network reaches. */
const LEFT_OUT = new Set(['node-addon-api', 'node-api-headers', 'bullmq', 'ioredis']);
/** Binaries without which nothing is predicted. */
const NEEDED = ['@img/sharp-linux-x64/lib', 'onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node'];
const LICENCE = /licen[cs]e|notice|third.?party/i;
const UNUSED = /\.(?:map|md|markdown|ts|mts|cts|flow)$/i;

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
  os: z.array(z.string()).optional(),
  cpu: z.array(z.string()).optional(),
  libc: z.array(z.string()).optional(),
});
type Manifest = z.output<typeof manifestSchema>;

async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, 'package.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new FtuError('bad-input', 'is not the manifest of a package', { subject: path, cause });
  }
}

/** The package's folder as Node finds it from another one. */
async function resolvePackage(name: string, from: string): Promise<string | undefined> {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (await exists(join(folder, 'package.json'))) return realpath(folder);
    if (dirname(at) === at) return undefined;
  }
}

const runsOnLinux = ({ os, cpu, libc }: Manifest): boolean =>
  (os?.includes('linux') ?? true) && (cpu?.includes('x64') ?? true) && (libc?.includes('glibc') ?? true);

/** Whether a file of a package is packed; `name` is relative to the package's folder. */
function isWanted(manifest: Manifest, name: string): boolean {
  if (manifest.name.startsWith('@ftuseg/')) {
    const built =
      /^(?:package\.json$|(?:bin|bundle|dist|wasm)\/|(?:build\/Release|prebuilds\/.*)\/ftuseg_slide\.node$)/.test(name);
    return built && !UNUSED.test(name);
  }
  if (manifest.name === 'onnxruntime-node' && name.startsWith('bin/')) return name.includes('/linux/x64/');
  return LICENCE.test(name) || !UNUSED.test(name);
}

async function filesIn(folder: string, manifest: Manifest, place: string, under = ''): Promise<PackedFile[]> {
  const entries = await readdir(join(folder, under), { withFileTypes: true });
  const found = entries.map(async (entry): Promise<PackedFile[]> => {
    const name = `${under}${entry.name}`;
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) return [];
    if (entry.isDirectory()) return filesIn(folder, manifest, place, `${name}/`);
    if (!isWanted(manifest, name)) return [];
    const path = join(folder, name);
    return [{ path, name: `${place}/${name}`, bytes: (await stat(path)).size }];
  });
  return (await Promise.all(found)).flat();
}

/**
 * The files of a package and of all that it depends on, under `<root>/node_modules/`; of a second version of a package, inside the one that
 * asks for it.
 *
 * @param entry folder of the package that has the program
 * @throws FtuError `not-found` for a package that is not installed, and for binaries for Linux on x64 that are not
 * @example
 * await codeFiles('packages/cli', 'ftu');
 */
export async function codeFiles(entry: string, root: string): Promise<PackedFile[]> {
  const places = new Map<string, string>();
  const files: PackedFile[] = [];
  const add = async (folder: string, manifest: Manifest, parent: string): Promise<void> => {
    const top = `${root}/node_modules/${manifest.name}`;
    const taken = places.get(top);
    if (taken === folder) return;
    const place = taken === undefined ? top : `${parent}/node_modules/${manifest.name}`;
    if (places.get(place) === folder) return;
    places.set(place, folder);
    files.push(...(await filesIn(folder, manifest, place)));
    const { dependencies, optionalDependencies } = manifest;
    for (const name of new Set([...Object.keys(dependencies), ...Object.keys(optionalDependencies)])) {
      if (LEFT_OUT.has(name)) continue;
      const found = await resolvePackage(name, folder);
      if (found === undefined) {
        if (name in optionalDependencies) continue;
        throw new FtuError('not-found', `the package ${name}, on which ${manifest.name} depends, is not installed`, {
          subject: folder,
          hint: 'run `npm install`',
        });
      }
      const other = await readManifest(found);
      if (runsOnLinux(other)) await add(found, other, place);
    }
  };
  const folder = await realpath(entry).catch((error: unknown) => {
    throw ioError(error, entry, 'be read');
  });
  await add(folder, await readManifest(folder), root);
  for (const needed of NEEDED) {
    if (files.some(({ name }) => name.includes(`node_modules/${needed}`))) continue;
    throw new FtuError('not-found', `its binary for Linux on x64 is not installed (${needed})`, {
      subject: needed.startsWith('@img') ? 'sharp' : 'onnxruntime-node',
      hint: 'install with `npm install --os=linux --cpu=x64`',
    });
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}
