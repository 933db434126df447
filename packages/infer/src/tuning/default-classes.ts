/** Which label values of a truth are a model's classes, where nobody says. */
import type { ClassMap } from '@ftuseg/slide';

/**
 * Any label is a single class; of several classes the first is label 1, the second label 2, as `ftu predict` writes them.
 * @example
 * defaultClasses(['normal', 'sclerotic']).values; // [[1], [2]]
 */
export const defaultClasses = (names: readonly string[]): ClassMap => ({
  names,
  values: names.length === 1 ? undefined : names.map((_, c) => [c + 1]),
});
