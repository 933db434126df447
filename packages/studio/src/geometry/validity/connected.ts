/** Whether the inside of each polygon hangs together: its rings touch in points, and a closed chain of contacts would cut the inside in two. */
import { pointKey } from '../grid.js';
import type { Contacts } from './contacts.js';

/** @param polygonOf of each ring; contacts between rings of different polygons do not matter */
export function isConnected(rings: number, polygonOf: readonly number[], { points }: Contacts): boolean {
  const parent: number[] = Array.from({ length: rings }, (_, ring) => ring);
  const rootOf = (node: number): number => {
    let root = node;
    while (parent[root] !== root) root = parent[root] ?? root;
    for (let one = node; one !== root; ) {
      const above = parent[one] ?? root;
      parent[one] = root;
      one = above;
    }
    return root;
  };
  const nodeOf = new Map<string, number>();
  for (let ring = 0; ring < rings; ring++) {
    const own = points.get(ring) ?? [];
    for (let i = 0; i < own.length; i += 2) {
      const key = `${polygonOf[ring]} ${pointKey(own[i] ?? 0, own[i + 1] ?? 0)}`;
      let node = nodeOf.get(key);
      if (node === undefined) {
        node = parent.length;
        parent.push(node);
        nodeOf.set(key, node);
      }
      const [a, b] = [rootOf(ring), rootOf(node)];
      if (a === b) return false;
      parent[a] = b;
    }
  }
  return true;
}
