/** Every relative link of the documentation leads to a file that is there, and to a heading that it has. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './shell-blocks.js';

const withoutCode = (markdown: string): string =>
  markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** GitHub's anchors: lower case, spaces to hyphens, everything else but letters, digits, `-` and `_` dropped. */
function anchorsOf(markdown: string): Set<string> {
  const headings = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, text = '']) =>
      text
        .toLowerCase()
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

async function pages(): Promise<string[]> {
  const docs = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  const packages = (await readdir(join(root, 'packages'))).map((name) => `packages/${name}/README.md`);
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs, ...packages].filter((path) =>
    existsSync(join(root, path)),
  );
}

it('no link is dead', async () => {
  const dead: string[] = [];
  for (const page of await pages()) {
    const markdown = await readFile(join(root, page), 'utf8');
    for (const [, target = ''] of withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : normalize(join(dirname(page), path));
      if (!existsSync(join(root, file))) dead.push(`${page}: ${target}`);
      else if (anchor !== undefined && !anchorsOf(await readFile(join(root, file), 'utf8')).has(anchor)) {
        dead.push(`${page}: ${target} (no such heading)`);
      }
    }
  }
  expect(dead).toEqual([]);
});
