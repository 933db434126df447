/** The command of the package that people install is the program of `@ftuseg/cli`. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

it('starts the program, and says the version of its package', async () => {
  const { version } = JSON.parse(await readFile(at('../package.json'), 'utf8'));
  const { stdout } = await promisify(execFile)(process.execPath, [at('../bin/ftuseg.js'), '--version']);
  expect(stdout).toBe(`${version}\n`);
});
