/**
 * Tests with a process of their own import the compiled packages, where these are as new as the sources: Node loads a compiled file in half a
 * millisecond, and Vitest a source in several, anew in each process. Where a source is newer, tests run on the sources.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Plugin } from 'vitest/config';

const writtenAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Whether the compiler has run since the last change of a source of any package. */
export const isCompiled = (packages: string): boolean =>
  readdirSync(packages).every((name) => {
    if (!existsSync(join(packages, name, 'tsconfig.json'))) return true;
    const compiledAt = writtenAt(join(packages, name, 'tsconfig.tsbuildinfo'));
    return readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .every((file) => writtenAt(join(packages, name, 'src', file)) < compiledAt);
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
