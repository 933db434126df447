/** Values of a JSON document by where they stand: `multiscales[0].axes[1].name`. */

/** Objects and lists inside each other, at most. */
const MAX_DEPTH = 32;

/** @param name of the value itself */
export function* jsonProperties(name: string, value: unknown, depth = 0): Generator<[string, string]> {
  if (typeof value !== 'object' || value === null) {
    yield [name, String(value)];
    return;
  }
  if (depth === MAX_DEPTH) return;
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    yield* jsonProperties(isList ? `${name}[${key}]` : `${name}.${key}`, inner, depth + 1);
  }
}
