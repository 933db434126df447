/** The tree as the floors' tests see it: its packages, files and imports. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What each package may import, as docs/architecture.md says. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  files: ['core'],
  torch: [],
  nn: ['core'],
  slide: ['core', 'files'],
  synth: ['core', 'files', 'slide'],
  folders: ['core', 'files', 'slide', 'nn'],
  train: ['core', 'files', 'slide', 'nn', 'torch', 'folders'],
  infer: ['core', 'files', 'slide', 'nn', 'folders'],
  experiment: ['core', 'files', 'slide', 'nn', 'torch', 'folders', 'train', 'infer'],
  static: [],
  studio: ['core', 'files', 'slide', 'nn', 'folders', 'infer', 'experiment'],
  cli: [
    'core',
    'files',
    'slide',
    'nn',
    'torch',
    'synth',
    'folders',
    'train',
    'infer',
    'experiment',
    'static',
    'studio',
  ],
  ftuseg: ['cli'],
};

export interface Import {
  /** From the root of the repository. */
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const NOT_OURS = /^(node_modules|dist|build|prebuilds|fixtures)$/;

/** @returns paths from the root of the repository, of files whose names fit */
export function filesBelow(folder: string, fits: RegExp): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return NOT_OURS.test(name) ? [] : filesBelow(path, fits);
    return fits.test(name) ? [path] : [];
  });
}

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

export function importsOf(file: string): Import[] {
  const text = textOf(file);
  const statements = text.matchAll(/\b(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\sfrom\s+)?['"]([^'"\n]+)['"]/g);
  const calls = text.matchAll(/\b(?:import|require)\(\s*['"]([^'"\n]+)['"]\s*\)/g);
  return [
    ...[...statements].map((m) => ({ file, specifier: m[2] ?? '', typeOnly: m[1] !== undefined })),
    ...[...calls].map((m) => ({ file, specifier: m[1] ?? '', typeOnly: false })),
  ];
}

export const packages: readonly string[] = readdirSync(join(root, 'packages')).sort();

const isTest = (file: string): boolean => /\.(test|bench)\.tsx?$/.test(file);

/** Sources of all packages, without tests. */
export const sources: readonly string[] = packages
  .flatMap((name) => filesBelow(`packages/${name}/src`, /\.tsx?$/))
  .filter((file) => !isTest(file));

/** Imports of the sources. */
export const imports: readonly Import[] = sources.flatMap(importsOf);

export const packageOf = (file: string): string => file.split('/')[1] ?? '';

/** The package behind a specifier: '@ftuseg/core', 'zod'. */
export const dependencyOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

export const isNode = (specifier: string): boolean =>
  specifier.startsWith('node:') || builtinModules.includes(specifier.split('/')[0] ?? '');

/** The file that a relative specifier names, from the root of the repository. */
export function targetOf({ file, specifier }: Import): string {
  const compiled = relative(root, join(root, dirname(file), specifier));
  const component = compiled.replace(/\.js$/, '.tsx');
  return existsSync(join(root, component)) ? component : compiled.replace(/\.js$/, '.ts');
}

/** The `@ftuseg` package that an import reaches, by its name or by a path. */
export function packageReached(one: Import): string | undefined {
  if (!one.specifier.startsWith('.')) return /^@ftuseg\/([^/]+)/.exec(one.specifier)?.[1];
  return /^packages\/([^/]+)\//.exec(targetOf(one))?.[1];
}

type Kind = 'dependencies' | 'optionalDependencies' | 'devDependencies';

/** @param bundled also what is built into files of the package, so that its users need not install it */
export function dependenciesOf(name: string, bundled = false): string[] {
  const manifest: Partial<Record<Kind, Record<string, string>>> = JSON.parse(textOf(`packages/${name}/package.json`));
  const own = { ...manifest.dependencies, ...manifest.optionalDependencies };
  return Object.keys(bundled ? { ...own, ...manifest.devDependencies } : own);
}

/** Sources that Vite bundles into a page. */
export const isBundled = (file: string): boolean => file.startsWith('packages/studio/src/page/');
