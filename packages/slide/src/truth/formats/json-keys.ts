/** The outermost keys in the beginning of a JSON text, which may break off anywhere: enough to tell whose file it is. */

/**
 * Keys of the outermost object; where the text is an array, of the objects in it. What cannot be JSON ends the search.
 *
 * @example
 * keysOf('{"images": [{"id": 1}], "annota'); // Set { 'images' }
 */
export function keysOf(text: string): ReadonlySet<string> {
  const keys = new Set<string>();
  const own = text.trimStart().startsWith('[') ? 2 : 1;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (letter === '[' || letter === '{') depth++;
    else if (letter === ']' || letter === '}') depth--;
    else if (letter === '"') {
      const end = endOfString(text, i);
      if (end === undefined) return keys;
      if (depth === own && /^\s*:/.test(text.slice(end + 1, end + 20))) keys.add(text.slice(i + 1, end));
      i = end;
    }
  }
  return keys;
}

/** Where the quote stands that ends a string. */
function endOfString(text: string, begin: number): number | undefined {
  for (let i = begin + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return undefined;
}
