/** Which classes of a prediction are scored as which of the class map: by their names, never by their order where there are names. */
import { FtuError } from '@ftuseg/core';
import type { ClassMap } from '@ftuseg/slide';
import { isGlomerulus } from '../../outputs/glomerulus-classes.js';

export interface ClassPairs {
  /** For each class of the map the numbers of the predicted ones, whose objects count as its own. */
  readonly predicted: readonly (readonly number[])[];
  /** What does not go without saying. */
  readonly note?: string;
}

/** A name for glomeruli of every kind. */
const ALL_GLOMERULI = /^(all[ _-]?)?glom\w*$/i;

/** The place of a name, by letter before whatever its case. */
function placeOf(name: string, names: readonly string[]): number {
  const exact = names.indexOf(name);
  return exact >= 0 ? exact : names.findIndex((one) => one.toLowerCase() === name.toLowerCase());
}

/** Of a single class that the prediction does not know by name. @returns undefined where it does not say which ones it is made of */
function wholeOf(predicted: readonly string[], { names, values, objects }: ClassMap): number[] | undefined {
  const all = [...predicted.keys()];
  if (all.length === 1 || (values === undefined && objects === undefined)) return all;
  if (!ALL_GLOMERULI.test(names[0] ?? '')) return undefined;
  const glomeruli = all.filter((c) => isGlomerulus(predicted[c] ?? ''));
  return glomeruli.length === 0 ? undefined : glomeruli;
}

/**
 * Pairs classes by name, in any case of letters. A single class of another name is the only predicted one, all of them where any label belongs to it, or
 * all kinds of glomeruli where it is called so.
 *
 * @param predicted names in the order of the prediction's masks
 * @param subject the prediction, for errors
 * @throws {FtuError} `bad-input` for a class that the prediction does not know
 * @example
 * pairClasses(['normal', 'sclerotic'], parseClasses('sclerotic=2;normal=1'), 'out').predicted; // [[1], [0]]
 */
export function pairClasses(predicted: readonly string[], classes: ClassMap, subject: string): ClassPairs {
  const { names } = classes;
  const places = names.map((name) => placeOf(name, predicted));
  const missing = names.filter((_, c) => places[c] === -1);
  const list = (some: readonly number[]): string => some.map((c) => predicted[c]).join(', ');
  if (missing.length === 0) {
    const others = [...predicted.keys()].filter((c) => !places.includes(c));
    const pairs = { predicted: places.map((place) => [place]) };
    return others.length === 0
      ? pairs
      : { ...pairs, note: `classes of the predictions that are not scored: ${list(others)}` };
  }
  const whole = names.length === 1 ? wholeOf(predicted, classes) : undefined;
  if (whole !== undefined) {
    const what = whole.length === 1 ? 'class' : 'classes';
    return { predicted: [whole], note: `${what} ${list(whole)} of the predictions scored as ${names[0]}` };
  }
  const known = `${predicted.length === 1 ? 'its class is' : 'its classes are'} ${predicted.join(', ')}`;
  throw new FtuError('bad-input', `the prediction has no class ${missing.join(' or ')}; ${known}`, {
    subject,
    hint: 'call the classes in --classes as the prediction does',
  });
}
