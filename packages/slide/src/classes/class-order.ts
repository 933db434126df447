/**
 * Classes of two sides are the same by their names, never by their places: what a network calls class 1 may be class 2 of a data set, and then every score and
 * every label would be that of another class.
 */
import { listNames } from '@ftuseg/core';
import { SlideError } from '../slide-error.js';
import type { ClassMap } from './classes.js';

/**
 * Where the wanted classes are among the known ones.
 *
 * @param known class names of one side, such as a model
 * @param subject what knows them, with its verb, for errors
 * @returns for each wanted class its index among the known
 * @throws {SlideError} `bad-input` for a wanted class that is not known
 * @example
 * classOrder(['normal', 'sclerotic'], ['sclerotic', 'normal'], 'the models know'); // [1, 0]
 */
export function classOrder(known: readonly string[], wanted: readonly string[], subject: string): number[] {
  const missing = wanted.filter((name) => !known.includes(name));
  if (missing.length === 0) return wanted.map((name) => known.indexOf(name));
  const which = missing.length === 1 ? 'the class' : 'the classes';
  throw new SlideError('bad-input', `${subject} ${known.join(', ')}, not ${which} ${listNames(missing)}`, {
    hint: 'give classes the names that they had in training',
  });
}

/**
 * The class map in the order of a model's classes. A single class stays as it is: all that a model finds is compared with it.
 *
 * @param known class names of the model
 * @throws {SlideError} `bad-input` where the map and the model have several classes of other names, or the map has more
 */
export function inOrderOf(map: ClassMap, known: readonly string[], subject: string): ClassMap {
  if (map.names.length === 1) return map;
  classOrder(known, map.names, subject);
  const order = classOrder(map.names, known, 'the labels have');
  const sorted = <T>(list: readonly T[]): T[] => order.flatMap((c) => list.slice(c, c + 1));
  return {
    ...map,
    names: [...known],
    values: map.values && sorted(map.values),
    ...(map.objects === undefined ? {} : { objects: sorted(map.objects) }),
  };
}
