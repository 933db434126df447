/**
 * Benches, fuzz targets and other scripts are plain JavaScript over the built packages. The compiler is asked about them all the same, for what goes wrong
 * when a package changes: a name that has moved, and a function that takes other arguments. It is not asked about their types.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './tree.js';

/** Codes of the compiler: a module or an exported name that is not there, and too few or too many arguments. */
const ASKED = /error TS(2305|2307|2554|2555|2614|2724):/;

it('scripts call what the packages export, with as many arguments as it takes', () => {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const asked = (...more: string[]) =>
    spawnSync(process.execPath, [compiler, '-p', 'tsconfig.scripts.json', '--pretty', 'false', ...more], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
  const files = asked('--listFilesOnly').stdout.split('\n');
  expect(files.filter((file) => file.endsWith('.mjs') && !file.includes('node_modules')).length).toBeGreaterThan(100);
  const { stdout, error } = asked();
  expect(error).toBeUndefined();
  expect(stdout.split('\n').filter((line) => ASKED.test(line))).toEqual([]);
}, 120_000);
