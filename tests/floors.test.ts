/**
 * The house stands only while nobody imports upwards. Reads every import in the tree and fails on an arrow that points
 * up or sideways, on an undeclared dependency, and on a Node API where a browser runs the code.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What each package may import, as docs/architecture.md says. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  files: ['core'],
  torch: [],
  nn: ['core'],
  slide: ['core', 'files'],
  synth: ['core', 'files', 'slide'],
  train: ['core', 'files', 'slide', 'nn', 'torch'],
  infer: ['core', 'files', 'slide', 'nn'],
  experiment: ['core', 'files', 'slide', 'nn', 'torch', 'train', 'infer'],
  cli: ['core', 'files', 'slide', 'nn', 'torch', 'synth', 'train', 'infer', 'experiment'],
  ftuseg: ['cli'],
};

/** Sources that a browser loads: all of `core` and `nn`, and what of `infer` and of slide's TIFFs is not marked as Node's. */
const runsInBrowser = (file: string): boolean =>
  /^packages\/(core|nn)\/src\//.test(file) ||
  (/^packages\/(infer\/src\/|slide\/src\/((tiff|codecs|source|shrink|picture)\/|(slide(-error)?|browser)\.ts))/.test(
    file,
  ) &&
    !/(\.node\.ts|\/node\/)/.test(file));

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) && !/\.(test|bench)\.tsx?$/.test(name) ? [path] : [];
  });
}

const packages = readdirSync(join(root, 'packages'));
const files = packages.flatMap((name) => sources(join(root, 'packages', name, 'src')));

const importsOf = (path: string): Import[] => {
  const text = readFileSync(path, 'utf8');
  const file = relative(root, path);
  const statements = text.matchAll(/\b(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\sfrom\s+)?['"]([^'"\n]+)['"]/g);
  const calls = text.matchAll(/\b(?:import|require)\(\s*['"]([^'"\n]+)['"]\s*\)/g);
  return [
    ...[...statements].map((m) => ({ file, specifier: m[2] ?? '', typeOnly: m[1] !== undefined })),
    ...[...calls].map((m) => ({ file, specifier: m[1] ?? '', typeOnly: false })),
  ];
};

const imports = files.flatMap(importsOf);
const packageOf = (file: string): string => file.split('/')[1] ?? '';
const isNode = (specifier: string): boolean =>
  specifier.startsWith('node:') || builtinModules.includes(specifier.split('/')[0] ?? '');

function dependenciesOf(name: string): string[] {
  const manifest: Partial<Record<'dependencies' | 'optionalDependencies', Record<string, string>>> = JSON.parse(
    readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'),
  );
  return Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
}

describe('the floors', () => {
  it('sees the tree', () => {
    expect(packages.sort()).toEqual(Object.keys(mayImport).sort());
    expect(imports.length).toBeGreaterThan(100);
  });

  it('has no arrow that points up or sideways', () => {
    const wrong = imports.filter(({ file, specifier }) => {
      const target = /^@ftuseg\/([^/]+)/.exec(specifier)?.[1];
      return target !== undefined && !(mayImport[packageOf(file)] ?? []).includes(target);
    });
    expect(wrong).toEqual([]);
  });

  it('reaches another package by its name, never by a path into it', () => {
    const wrong = imports.filter(({ file, specifier }) => {
      if (!specifier.startsWith('.')) return /^@ftuseg\/[^/]+\//.test(specifier);
      const target = relative(root, join(root, dirname(file), specifier));
      return !target.startsWith(`packages/${packageOf(file)}/`);
    });
    expect(wrong).toEqual([]);
  });

  it('declares every dependency in the package that uses it', () => {
    const missing = imports.filter(({ file, specifier }) => {
      if (specifier.startsWith('.') || isNode(specifier)) return false;
      const name = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
      return !dependenciesOf(packageOf(file)).includes(name);
    });
    expect(missing).toEqual([]);
  });

  it('declares no dependency that nothing imports', () => {
    // The bridge's build needs these; its sources do not import them.
    const buildTools = ['node-addon-api', 'node-api-headers'];
    const used = new Set(
      imports.map(
        ({ file, specifier }) =>
          `${packageOf(file)}: ${specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/')}`,
      ),
    );
    const unused = packages.flatMap((name) =>
      dependenciesOf(name)
        .filter((dependency) => !buildTools.includes(dependency) && !used.has(`${name}: ${dependency}`))
        .map((dependency) => `${name}: ${dependency}`),
    );
    expect(unused).toEqual([]);
  });

  it('uses no Node API where a browser runs the code', () => {
    const nodeImports = imports.filter(({ file, specifier }) => runsInBrowser(file) && isNode(specifier));
    expect(nodeImports).toEqual([]);
    const nodeGlobals = files
      .map((path) => relative(root, path))
      .filter(
        (file) =>
          runsInBrowser(file) &&
          /\b(Buffer|process|__dirname|require)\s*[.(]/.test(readFileSync(join(root, file), 'utf8')),
      );
    expect(nodeGlobals).toEqual([]);
  });

  it('has no circle among files', () => {
    const graph = new Map<string, string[]>();
    for (const { file, specifier, typeOnly } of imports) {
      if (!specifier.startsWith('.') || typeOnly) continue;
      const target = relative(root, join(root, dirname(file), specifier)).replace(/\.js$/, '.ts');
      graph.set(file, [...(graph.get(file) ?? []), target]);
    }
    const circles: string[] = [];
    const state = new Map<string, 'open' | 'done'>();
    const visit = (file: string, trail: readonly string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        circles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
        return;
      }
      state.set(file, 'open');
      for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
      state.set(file, 'done');
    };
    for (const file of graph.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });
});
