/** Settings that hold one number for every class, or one for all of them. */
import { FtuError, isAmbiguous, meant, parseNumber, splitUnquoted, unquoted } from '@ftuseg/core';

export interface Range {
  readonly low: number;
  readonly high: number;
  /** Whether the ends themselves are out of range. */
  readonly open: boolean;
}

/** A number or its text for all classes; or one for each, by name or as a text `NAME=NUMBER,NAME=NUMBER`. */
export type PerClass = number | string | Readonly<Record<string, number>>;

/** A class with its number, as it is written. */
interface Entry {
  readonly name: string;
  readonly value: string;
}

const failure = (setting: string, problem: string): FtuError =>
  new FtuError('bad-input', `${setting}: ${problem}`, { subject: 'prediction settings', setting });

/** A name as a text of names has it. */
const shownName = (name: string): string => (/[,="]|^\s|\s$/.test(name) ? `"${name}"` : name);

/** The entries of a setting; undefined where one number is for all classes. */
function entriesOf(setting: string, given: PerClass): Entry[] | undefined {
  if (typeof given === 'object') return Object.entries(given).map(([name, value]) => ({ name, value: String(value) }));
  const text = String(given);
  if (!text.includes('=')) return undefined;
  if (text.split('"').length % 2 === 0) throw failure(setting, 'a quotation mark is not closed');
  return splitUnquoted(text, ',').map((part) => {
    const [name = '', value = '', ...rest] = splitUnquoted(part, '=');
    if (rest.length === 0) return { name: unquoted(name), value };
    throw failure(setting, `"${part}" has more than one equals sign; write a name that has one in quotation marks`);
  });
}

/** The classes that a setting names; an empty name where it is of all. */
export const namesIn = (setting: string, given: PerClass): string[] => [
  ...new Set(entriesOf(setting, given)?.map(({ name }) => name) ?? ['']),
];

/** The numbers of a setting. */
export const numbersIn = (setting: string, given: PerClass): number[] =>
  (entriesOf(setting, given)?.map(({ value }) => value) ?? [String(given)]).map(parseNumber);

/** A setting as a person writes it on a command line. */
export const perClassWords = (given: PerClass): string =>
  typeof given !== 'object'
    ? String(given)
    : Object.entries(given)
        .map(([name, value]) => `${shownName(name)}=${value}`)
        .join(', ');

/**
 * @param given a number, its text, a number for every class by name, or `NAME=NUMBER` for every class, with commas between; a name with a comma or an
 * equals sign stands in quotation marks
 * @returns one number per class, in the order of `classes`
 * @throws {FtuError} `bad-input` for a class that does not exist, is named twice or is left out, or a number out of range
 * @example
 * perClass('threshold', 'a=0.5,b=0.6', ['a', 'b'], { low: 0, high: 1, open: true }); // [0.5, 0.6]
 */
export function perClass(
  setting: string,
  given: PerClass,
  classes: readonly string[],
  { low, high, open }: Range,
): readonly number[] {
  const fail = (problem: string): never => {
    throw failure(setting, problem);
  };
  const check = (text: string): number => {
    const value = parseNumber(text);
    const inside = open ? value > low && value < high : value >= low && value <= high;
    if (inside) return value;
    const range =
      high === Number.MAX_VALUE ? `from ${low}` : `${open ? 'between' : 'from'} ${low} ${open ? 'and' : 'to'} ${high}`;
    return fail(`a number ${range} is wanted, not "${text}"`);
  };
  if (typeof given === 'string' && isAmbiguous(given)) {
    const text = given.trim();
    fail(`is "${text}" ${text.replace(',', '')} or ${text.replace(',', '.')}? Write it without a comma`);
  }
  const entries = entriesOf(setting, given);
  if (entries === undefined) return classes.map(() => check(String(given).trim()));
  const named = new Map<string, number>();
  for (const { name, value } of entries) {
    if (!classes.includes(name)) {
      fail(`there is no class "${name}"; there are: ${classes.map(shownName).join(', ')}${meant(name, classes)}`);
    }
    if (named.has(name)) fail(`class "${name}" has two numbers`);
    named.set(name, check(value));
  }
  return classes.map((name) => named.get(name) ?? fail(`class "${name}" is left out`));
}
