/**
 * A misspelt name should be answered with the right one: edit distance over the names that exist.
 */

/**
 * Levenshtein distance: letters that are changed, added or taken away.
 * @example
 * editDistance('ingore', 'ignore'); // 2
 */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/**
 * The name nearest to `wanted` (Levenshtein distance, letters' case ignored; the first of equals), or undefined if there are none.
 *
 * @example
 * nearestName('unett', ['unet', 'fpn']); // 'unet'
 */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const lower = wanted.slice(0, 100).toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const distance = editDistance(lower, name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** A name that is further from all others than half of its letters was not one of them mistyped. */
const isNear = (wanted: string, name: string): boolean =>
  editDistance(wanted.toLowerCase(), name.toLowerCase()) <=
  Math.max(2, Math.ceil(Math.max(wanted.length, name.length) / 2));

/**
 * What is added to a sentence about a name that does not exist; nothing where none of the names is like it.
 *
 * @example
 * `there is no column "center"${meant('center', ['id', 'centre'])}`; // there is no column "center"; did you mean "centre"?
 */
export function meant(wanted: string, names: readonly string[]): string {
  const nearest = nearestName(wanted, names);
  return nearest === undefined || wanted.length > 100 || !isNear(wanted, nearest) ? '' : `; did you mean "${nearest}"?`;
}
