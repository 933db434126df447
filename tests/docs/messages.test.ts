/** docs/troubleshooting.md quotes what the program prints: each message in its first column is in the sources. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './shell-blocks.js';

async function sources(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name));
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))).join('\n');
}

it('every message of the troubleshooting page is one that the program prints', async () => {
  const packages = await readdir(join(root, 'packages'));
  const code = (await Promise.all(packages.map((name) => sources(join(root, 'packages', name, 'src'))))).join('\n');
  const rows = (await readFile(join(root, 'docs/troubleshooting.md'), 'utf8')).matchAll(/^\| (`.*?) \|/gm);
  const messages = [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text));
  expect(messages.length).toBeGreaterThan(15);
  expect(messages.filter((message) => !code.includes(message))).toEqual([]);
});
