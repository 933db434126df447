import { describe, expect, it } from 'vitest';
import { createCodeGraph } from './code-graph.js';

const files: Readonly<Record<string, string>> = {
  '/p/a/package.json': '{ "exports": { ".": { "browser": "./dist/page.js", "default": "./dist/index.js" } } }',
  '/p/a/dist/index.js': "export { deep } from './deep.js';\n",
  '/p/a/dist/page.js': '',
  '/p/a/dist/deep.js': "const worker = new URL('./worker.js', import.meta.url);\n",
  '/p/a/dist/worker.js': 'addon = loadAddon(new URL(\'..\', import.meta.url), "a");\n',
  '/p/a/native/addon.c': '',
  '/p/a/native/notes.txt': '',
  '/p/a/binding.gyp': '',
  '/p/b/dist/step.js': `/**
 * import { x } from './commented.js';
 */
import { deep } from '@ftuseg/a';
import {
  several,
} from './several.js';
import './effect.js';
const late = await import('./late.js');
`,
  '/p/b/dist/several.js': "import { z } from 'zod';\nimport './step.js';\n",
  '/p/b/dist/effect.js': '',
  '/p/b/dist/late.js': '',
  '/p/b/dist/commented.js': '',
  '/p/b/dist/other.js': '',
  '/p/b/src/step.ts': '',
  '/p/b/src/alone.ts': "import type { T } from './types.js';\nimport { v } from './value.js';\n",
  '/p/b/src/types.ts': '',
  '/p/b/src/value.ts': '',
};

const graph = createCodeGraph('/p', {
  read: async (path) => files[path],
  list: async (folder) =>
    Object.keys(files).flatMap((path) => (path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : [])),
});

const reached = async (entry: string): Promise<string[]> => [...(await graph.reach([entry])).keys()];

describe('the code that a file depends on', () => {
  it('is what it imports, in any way, through packages, workers and addons, and nothing else', async () => {
    expect(await reached('/p/b/dist/step.js')).toEqual([
      '/p/a/binding.gyp',
      '/p/a/dist/deep.js',
      '/p/a/dist/index.js',
      '/p/a/dist/worker.js',
      '/p/a/native/addon.c',
      '/p/b/dist/effect.js',
      '/p/b/dist/late.js',
      '/p/b/dist/several.js',
      '/p/b/dist/step.js',
    ]);
  });

  it('is the compiled code of sources, where they are compiled; types are not code', async () => {
    expect(await reached('/p/b/src/step.ts')).toContain('/p/b/dist/step.js');
    expect(await reached('/p/b/src/alone.ts')).toEqual(['/p/b/src/alone.ts', '/p/b/src/value.ts']);
  });
});
