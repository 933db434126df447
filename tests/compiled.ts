/**
 * Tests with a process of their own import the compiled packages, where these are as new as the sources: Node loads a compiled file in half a
 * millisecond, and Vitest a source in several, anew in each process. Where a source is newer, tests run on the sources.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Plugin } from 'vitest/config';

/** When a file was written, milliseconds; 0 where there is none. */
export const writtenAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** When the newest source of a package was written, of those with such names; tests are none. @param folder of the package */
export const newestSource = (folder: string, names: RegExp): number => {
  const sources = join(folder, 'src');
  const found = readdirSync(sources, { recursive: true, encoding: 'utf8' });
  const times = found
    .filter((file) => names.test(file) && !file.endsWith('.test.ts'))
    .map((file) => writtenAt(join(sources, file)));
  return Math.max(0, ...times);
};

/** Whether the compiler has run since the last change of a source of any package. */
export const isCompiled = (packages: string): boolean =>
  readdirSync(packages).every((name) => {
    const folder = join(packages, name);
    if (!existsSync(join(folder, 'tsconfig.json'))) return true;
    return newestSource(folder, /\.ts$/) < writtenAt(join(folder, 'tsconfig.tsbuildinfo'));
  });

/** Modules that Vitest leaves to Node. */
export const compiledFiles = /\/packages\/\w+\/dist\/.*\.js$/;

/** Leads imports of packages, and of files of their sources, to what the compiler made of them. */
export const compiledPackages = (packages: string): Plugin => ({
  name: 'compiled-packages',
  enforce: 'pre',
  resolveId(imported, importer) {
    const [, name, browser] = /^@ftuseg\/(\w+)(\/browser)?$/.exec(imported) ?? [];
    if (name !== undefined) return join(packages, name, 'dist', browser === undefined ? 'index.js' : 'browser.js');
    if (importer === undefined || !imported.startsWith('.')) return undefined;
    const [, folder, file] = /^(.*\/packages\/\w+)\/src\/(.*)\.js$/.exec(resolve(dirname(importer), imported)) ?? [];
    const compiled = `${folder}/dist/${file}.js`;
    return existsSync(compiled) ? compiled : undefined;
  },
});
