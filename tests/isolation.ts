/**
 * Which test files get a process of their own. Starting one and importing the package anew took a quarter of the whole time; tests of pure code do without.
 * Files that change what others see (mocked modules, the environment) or that start programs, measure memory or count open files keep one.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Packages whose tests beside the sources are of pure code, but for some files. Pages in Chromium have a process there. */
const PURE = ['core', 'files', 'nn', 'slide', 'folders', 'synth', 'experiment', 'infer', 'train', 'studio', 'cli'];

/** What replaces modules or loads them anew, which only works where Vitest loads the sources. */
const MOCKS = /vi\.(mock|hoisted|resetModules)\(/;

/** What leaves traces in a process that other files share. */
const TRACES =
  /vi\.(mock|hoisted|stubEnv|stubGlobal|useFakeTimers)\(|process\.(env\b[^;]*[^=]=[^=]|chdir)|memoryUsage|rss|proc\/self/;

/** Test files in folders of `root` that hold a pattern or do not. */
const testsIn = (root: string, folders: readonly string[], pattern: RegExp, holds: boolean): string[] =>
  folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.test.ts'))
        .map((file) => join(folder, file)),
    )
    .filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')) === holds);

/**
 * Test files that share processes.
 * @param root of the repository
 * @returns their paths from `root`
 */
export const sharing = (root: string): string[] =>
  testsIn(root, [...PURE.map((name) => join('packages', name, 'src')), 'packages/studio/tests'], TRACES, false);

/** Test files that replace modules or load them anew. */
export const mocking = (root: string): string[] =>
  testsIn(
    root,
    readdirSync(join(root, 'packages')).flatMap((name) => ['src', 'tests'].map((part) => join('packages', name, part))),
    MOCKS,
    true,
  );
