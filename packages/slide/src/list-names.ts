/** Names in a sentence: some, and how many there are. */

/** How many are written out. */
const NAMED = 3;

/**
 * @example
 * listNames(['a', 'b', 'c', 'd']); // 'a, b, c, ... (4)'
 */
export const listNames = (names: readonly string[]): string =>
  `${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? `, ... (${names.length})` : ''}`;
