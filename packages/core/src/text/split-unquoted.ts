/** Lists as a person writes them: what stands in quotation marks is one piece, whatever it holds. */

/**
 * Parts between separators that stand outside quotation marks, without spaces around them; the marks stay.
 * @example
 * splitUnquoted('a, "b, c"', ','); // ['a', '"b, c"']
 */
export function splitUnquoted(text: string, separator: string): string[] {
  const parts: string[] = [''];
  let quoted = false;
  for (const letter of text) {
    if (letter === '"') quoted = !quoted;
    if (letter === separator && !quoted) parts.push('');
    else parts.push((parts.pop() ?? '') + letter);
  }
  return parts.map((part) => part.trim());
}

/**
 * Without the quotation marks around the whole text.
 * @example
 * unquoted('"b, c"'); // 'b, c'
 */
export const unquoted = (text: string): string => text.replace(/^"(.*)"$/s, '$1');
