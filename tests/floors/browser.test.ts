/** What a page loads uses no Node API: of the packages that run in both, whatever is not named `*.node.ts`. */
import { describe, expect, it } from 'vitest';
import { imports, isNode, sources, targetOf, textOf } from './tree.js';

/** Sources that a browser may load: what is not marked as Node's, and no package's entry for Node. */
const runsInBrowser = (file: string): boolean =>
  /^packages\/(core|nn|infer|slide|studio)\/src\//.test(file) &&
  !/\.node\.ts$/.test(file) &&
  !/^packages\/(slide\/src\/index\.ts$|studio\/src\/(server\/|index\.ts$))/.test(file);

/** Libraries in WebAssembly that a script writes for pages; their own branches for Node are cut out there. */
const isEmbedded = (file: string): boolean => file.startsWith('packages/slide/wasm/');

/** Packages that run in Node alone. */
const nodePackages: readonly string[] = ['@ftuseg/files', 'sharp'];

describe('sources that a browser loads', () => {
  it('import no Node API', () => {
    const wrong = imports.filter(
      ({ file, specifier, typeOnly }) =>
        runsInBrowser(file) && (isNode(specifier) || (!typeOnly && nodePackages.includes(specifier))),
    );
    expect(wrong).toEqual([]);
  });

  it("use none of Node's globals", () => {
    const used = (file: string) => /\b(Buffer|process|__dirname|require)\s*[.(]/.test(textOf(file));
    expect(sources.filter((file) => runsInBrowser(file) && used(file))).toEqual([]);
  });

  it("reach none of Node's files from a package's entry for browsers", () => {
    const reached = new Set(sources.filter((file) => /\/src\/browser\.ts$/.test(file)));
    expect(reached.size).toBeGreaterThan(0);
    for (const file of reached) {
      for (const one of imports.filter((candidate) => candidate.file === file)) {
        if (!one.typeOnly && one.specifier.startsWith('.')) reached.add(targetOf(one));
      }
    }
    expect([...reached].filter((file) => !runsInBrowser(file) && !isEmbedded(file))).toEqual([]);
  });
});
