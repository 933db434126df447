/** Every path of the repository that the documentation names in backticks exists. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './shell-blocks.js';

/** Capitals stand for a name that the reader chooses, stars for several. */
const isPattern = (path: string): boolean => /(^|\/)[A-Z]+(\/|$)|[*<>]/.test(path);

it('names only paths that exist', async () => {
  const pages = (await readdir(join(root, 'docs')))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  const readmes = (await readdir(join(root, 'packages'))).map((name) => `packages/${name}/README.md`);
  const missing: string[] = [];
  for (const page of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...pages, ...readmes]) {
    if (!existsSync(join(root, page))) continue;
    const markdown = await readFile(join(root, page), 'utf8');
    for (const [, path = ''] of markdown.matchAll(/`((?:packages|tests|scripts|recipes|docs)\/[^\s`]*)`/g)) {
      if (!isPattern(path) && !existsSync(join(root, path))) missing.push(`${page}: ${path}`);
    }
  }
  expect(missing).toEqual([]);
});
