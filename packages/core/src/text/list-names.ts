/** Names in a sentence: the first of them, and how many there are besides. A list of thousands helps nobody. */

/** How many names are written out. */
const MAX_NAMED = 3;

/**
 * @param limit how many names are written out
 * @example
 * listNames(['a', 'b', 'c', 'd', 'e']); // 'a, b, c and 2 more'
 */
export function listNames(names: readonly string[], limit = MAX_NAMED): string {
  const more = names.length - limit;
  return `${names.slice(0, limit).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
