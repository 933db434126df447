/** A package imports only from floors below it, by name, and declares what it imports. Benches and scripts too. */
import { describe, expect, it } from 'vitest';
import {
  dependenciesOf,
  dependencyOf,
  filesBelow,
  type Import,
  imports,
  importsOf,
  isBundled,
  isNode,
  mayImport,
  packageOf,
  packageReached,
  packages,
  targetOf,
} from './tree.js';

const goesUp = (one: Import): boolean => {
  const own = packageOf(one.file);
  const target = packageReached(one);
  return target !== undefined && target !== own && !(mayImport[own] ?? []).includes(target);
};

describe('the floors', () => {
  it('see the tree', () => {
    expect(packages).toEqual(Object.keys(mayImport).sort());
    expect(imports.length).toBeGreaterThan(100);
  });

  it('have no arrow that points up or sideways', () => {
    expect(imports.filter(goesUp)).toEqual([]);
  });

  it('hold for benches and scripts', () => {
    const tools = packages.flatMap((name) => filesBelow(`packages/${name}`, /\.mjs$/)).flatMap(importsOf);
    expect(tools.length).toBeGreaterThan(100);
    expect(tools.filter(goesUp)).toEqual([]);
  });

  it('reach another package by its name or its entry for browsers, never by a path into it', () => {
    const wrong = imports.filter((one) => {
      if (!one.specifier.startsWith('.')) return /^@ftuseg\/[^/]+\/(?!browser$)/.test(one.specifier);
      return !targetOf(one).startsWith(`packages/${packageOf(one.file)}/`);
    });
    expect(wrong).toEqual([]);
  });

  it('declare every dependency in the package that uses it', () => {
    const missing = imports.filter(({ file, specifier }) => {
      if (specifier.startsWith('.') || isNode(specifier)) return false;
      return !dependenciesOf(packageOf(file), isBundled(file)).includes(dependencyOf(specifier));
    });
    expect(missing).toEqual([]);
  });

  it('declare no dependency that nothing imports', () => {
    // The addons' builds need these; no source imports them.
    const buildTools = ['node-addon-api', 'node-api-headers'];
    const used = new Set(imports.map(({ file, specifier }) => `${packageOf(file)}: ${dependencyOf(specifier)}`));
    const unused = packages.flatMap((name) =>
      dependenciesOf(name)
        .filter((dependency) => !buildTools.includes(dependency) && !used.has(`${name}: ${dependency}`))
        .map((dependency) => `${name}: ${dependency}`),
    );
    expect(unused).toEqual([]);
  });
});
