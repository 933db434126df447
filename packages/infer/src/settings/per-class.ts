/** Settings that hold one number for every class, or one for all of them. */
import { FtuError, isAmbiguous, meant, parseNumber } from '@ftuseg/core';

export interface Range {
  readonly low: number;
  readonly high: number;
  /** Whether the ends themselves are out of range. */
  readonly open: boolean;
}

/**
 * @param given a number, its text, or `NAME=NUMBER` for every class, with commas between
 * @returns one number per class, in the order of `classes`
 * @throws {FtuError} `bad-input` for a class that does not exist or is left out, or a number out of range
 * @example
 * perClass('threshold', 'a=0.5,b=0.6', ['a', 'b'], { low: 0, high: 1, open: true }); // [0.5, 0.6]
 */
export function perClass(
  setting: string,
  given: number | string,
  classes: readonly string[],
  { low, high, open }: Range,
): readonly number[] {
  const fail = (problem: string): never => {
    throw new FtuError('bad-input', `${setting}: ${problem}`, { subject: 'prediction settings', setting });
  };
  const check = (value: number, text: string): number => {
    const inside = open ? value > low && value < high : value >= low && value <= high;
    if (inside) return value;
    const range =
      high === Number.MAX_VALUE ? `from ${low}` : `${open ? 'between' : 'from'} ${low} ${open ? 'and' : 'to'} ${high}`;
    return fail(`a number ${range} is wanted, not "${text}"`);
  };
  const text = String(given).trim();
  if (isAmbiguous(text))
    fail(`is "${text}" ${text.replace(',', '')} or ${text.replace(',', '.')}? Write it without a comma`);
  if (!text.includes('=')) return classes.map(() => check(parseNumber(text), text));
  const named = new Map<string, number>();
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=').map((word) => word.trim());
    if (!classes.includes(name))
      fail(`there is no class "${name}"; there are: ${classes.join(', ')}${meant(name, classes)}`);
    named.set(name, check(parseNumber(value), value));
  }
  return classes.map((name) => named.get(name) ?? fail(`class "${name}" is left out`));
}
