/** The forest behind every labelling of components: each set of joined labels is a tree, named by its root. */

/**
 * The root of a label's tree. Paths are halved on the way (van Leeuwen & van der Weide 1977), so that the next search is shorter.
 * @param parents for each label its parent; a root is its own
 */
export function findRoot(parents: Int32Array | number[], label: number): number {
  let at = label;
  for (;;) {
    const parent = parents[at] as number;
    if (parent === at) return at;
    const grandparent = parents[parent] as number;
    parents[at] = grandparent;
    at = grandparent;
  }
}
