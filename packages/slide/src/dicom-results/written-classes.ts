/** Classes by names that a file can have: what reads it back tells them apart by these alone. */
import type { Concept } from './concepts.js';
import type { ResultText } from './result-text.js';

/** Letters of a label, and of a code. */
const [LABEL, CODE] = [64, 1024];

/** The texts as they fit, and a number behind one that another already is. */
function distinct(texts: readonly string[], fit: ResultText['fit'], letters: number): string[] {
  const taken = new Set<string>();
  return texts.map((text) => {
    let written = fit(text, letters);
    for (let number = 2; taken.has(written); number++) {
      const mark = ` ${number}`;
      written = `${fit(text, letters - mark.length)}${mark}`;
    }
    taken.add(written);
    return written;
  });
}

/** @returns the classes, no two of one label, and none with the code of another where the code is its name */
export function writtenClasses<T extends { readonly name: string; readonly type: Concept }>(
  classes: readonly T[],
  { fit }: ResultText,
): T[] {
  const names = classes.map(({ name }) => name);
  const [labels, codes] = [distinct(names, fit, LABEL), distinct(names, fit, CODE)];
  return classes.map((one, c) => {
    const [name = one.name, value = one.name] = [labels[c], codes[c]];
    return { ...one, name, type: one.type.value === one.name ? { ...one.type, value, meaning: name } : one.type };
  });
}
