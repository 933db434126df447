/**
 * Benches, fuzz targets and other scripts are plain JavaScript over the built packages, so that no compiler sees a name that has moved.
 */
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';
import { filesBelow, packages, root, textOf } from './tree.js';

/** Names in braces as they are exported or imported: of `a as b`, the first or the last. */
function namesIn(braces: string, which: 'first' | 'last'): string[] {
  return braces
    .split(',')
    .map((part) => part.replace(/^\s*type\s+/, '').trim())
    .filter((part) => part !== '')
    .map((part) => part.split(/\s+as\s+/).at(which === 'first' ? 0 : -1) ?? part);
}

/** What a TypeScript source exports, what it hands on included. */
function exportedNames(file: string): Set<string> {
  const text = textOf(file);
  const names = new Set<string>();
  const declared =
    /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|const|let|class|enum)\s+(\w+)/gm;
  for (const [, name = ''] of text.matchAll(declared)) names.add(name);
  for (const [, braces = ''] of text.matchAll(/^export\s+\{([^}]*)\}/gm)) {
    for (const name of namesIn(braces, 'last')) names.add(name);
  }
  for (const [, from = ''] of text.matchAll(/^export\s+\*\s+from\s+['"]([^'"]+)['"]/gm)) {
    for (const name of exportedNames(sourceOf(join(dirname(file), from)))) names.add(name);
  }
  return names;
}

/** The source of a built file, or of a file that is named as a built one would be. */
function sourceOf(built: string): string {
  const path = normalize(built).replace('/dist/', '/src/').replace(/\.js$/, '.ts');
  return existsSync(join(root, path)) ? path : path.replace(/\.ts$/, '.tsx');
}

/** The source behind an import of a script; undefined where it is not ours. */
function sourceBehind(file: string, specifier: string): string | undefined {
  const own = /^@ftuseg\/(\w+)(?:\/(browser))?$/.exec(specifier);
  if (own !== null) return `packages/${own[1]}/src/${own[2] ?? 'index'}.ts`;
  return specifier.includes('/dist/') ? sourceOf(join(dirname(file), specifier)) : undefined;
}

it('scripts import what the packages export', () => {
  const scripts = [...packages.map((name) => `packages/${name}`), 'tests', 'scripts'].flatMap((folder) =>
    filesBelow(folder, /\.mjs$/),
  );
  const missing: string[] = [];
  let checked = 0;
  for (const file of scripts) {
    for (const [, braces = '', specifier = ''] of textOf(file).matchAll(
      /^import\s+\{([^}]*)\}\s+from\s+['"]([^'"]+)['"]/gm,
    )) {
      const source = sourceBehind(file, specifier);
      if (source === undefined) continue;
      if (!existsSync(join(root, source))) {
        missing.push(`${file}: there is no ${source}`);
        continue;
      }
      const names = exportedNames(source);
      for (const name of namesIn(braces, 'first')) {
        checked++;
        if (!names.has(name)) missing.push(`${file}: ${source} does not export ${name}`);
      }
    }
  }
  expect(missing).toEqual([]);
  expect(checked).toBeGreaterThan(100);
});
