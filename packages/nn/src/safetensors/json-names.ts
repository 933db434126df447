/**
 * `JSON.parse` silently keeps the last of two members with one name; a file that says two things is refused instead.
 */

/** The first member name that occurs twice in one object of a (valid) JSON text, or undefined. */
export function duplicateName(json: string): string | undefined {
  const scopes: (Set<string> | undefined)[] = [];
  let expectName = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '"') {
      const start = i++;
      while (json[i] !== '"' && i < json.length) i += json[i] === '\\' ? 2 : 1;
      const names = scopes.at(-1);
      if (!expectName || names === undefined) continue;
      const name: unknown = JSON.parse(json.slice(start, i + 1));
      if (typeof name !== 'string') continue;
      if (names.has(name)) return name;
      names.add(name);
      expectName = false;
    } else if (character === '{' || character === '[') {
      scopes.push(character === '{' ? new Set() : undefined);
      expectName = character === '{';
    } else if (character === '}' || character === ']') {
      scopes.pop();
      expectName = false;
    } else if (character === ',') {
      expectName = scopes.at(-1) !== undefined;
    }
  }
  return undefined;
}
