/** No circle among files, nor among the folders of a package: infer's and train's imports go down the order that docs/architecture.md draws. */
import { describe, expect, it } from 'vitest';
import { type Import, imports, packageOf, targetOf, textOf } from './tree.js';

const inside = imports.filter(({ specifier }) => specifier.startsWith('.'));

/** @returns each circle once, as its nodes with arrows between them */
function circlesOf(edges: readonly (readonly [string, string])[]): string[] {
  const graph = new Map<string, Set<string>>();
  for (const [from, to] of edges) graph.set(from, (graph.get(from) ?? new Set()).add(to));
  const circles: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (node: string, trail: readonly string[]): void => {
    if (state.get(node) === 'done') return;
    if (state.get(node) === 'open') {
      circles.push([...trail.slice(trail.indexOf(node)), node].join(' -> '));
      return;
    }
    state.set(node, 'open');
    for (const next of graph.get(node) ?? []) visit(next, [...trail, node]);
    state.set(node, 'done');
  };
  for (const node of graph.keys()) visit(node, []);
  return circles;
}

/** The folder below `src/` that a file lies in; undefined for files beside the folders, which may import everything. */
const folderOf = (file: string): string | undefined => /^packages\/[^/]+\/src\/([^/]+)\//.exec(file)?.[1];

/** The fenced block of the house's book, from the top to the bottom. */
function orderOf(name: string): string[][] {
  const block = new RegExp(`\`\`\`folders ${name}\\n([\\s\\S]*?)\`\`\``).exec(textOf('docs/architecture.md'))?.[1];
  return (block ?? '')
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
}

describe('imports inside a package', () => {
  it('make no circle among files', () => {
    expect(circlesOf(inside.filter(({ typeOnly }) => !typeOnly).map((one) => [one.file, targetOf(one)]))).toEqual([]);
  });

  it('make none with the types, either', () => {
    expect(circlesOf(inside.map((one) => [one.file, targetOf(one)]))).toEqual([]);
  });

  it.each(['infer', 'train'])('of %s go down the order of its folders', (name) => {
    const order = orderOf(name);
    const levels = new Map(order.flatMap((folders, level) => folders.map((folder) => [folder, level] as const)));
    const own = inside.filter(({ file }) => packageOf(file) === name);
    const unknown = own.flatMap(({ file }) => {
      const folder = folderOf(file);
      return folder === undefined || levels.has(folder) ? [] : [folder];
    });
    expect([...new Set(unknown)], 'folders that the drawing lacks').toEqual([]);
    const goesUp = (one: Import): boolean => {
      const [from, to] = [folderOf(one.file), folderOf(targetOf(one))];
      if (from === undefined || from === to) return false;
      return to === undefined || (levels.get(to) ?? -1) <= (levels.get(from) ?? -1);
    };
    expect(own.filter(goesUp).map((one) => `${one.file} -> ${targetOf(one)}`)).toEqual([]);
  });
});
