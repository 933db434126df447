/** DenseCRF as a word of the command line: presets by name, or its numbers. */
import { type CrfOptions, crfPresets, FtuError } from '@ftuseg/core';

/** `bilateral` adds colour to the reference's smoothness. */
const presets: Readonly<Record<string, CrfOptions | undefined>> = {
  none: undefined,
  reference: crfPresets.reference,
  bilateral: { gaussian: { sxy: 3, compat: 3 }, bilateral: { sxy: 40, srgb: 13, compat: 4 }, iterations: 5 },
};

const numbers = ['sxy', 'compat', 'iterations', 'bilateral-sxy', 'bilateral-srgb', 'bilateral-compat'] as const;

/**
 * @param text `none`, `reference`, `bilateral`, or numbers such as
 * `sxy=3,compat=3,iterations=5,bilateral-sxy=40,bilateral-srgb=13,bilateral-compat=4`
 * @returns undefined for `none`
 * @throws {FtuError} `bad-input` for a word that is none of these
 * @example
 * crfByName('reference'); // { gaussian: { sxy: 3, compat: 3 }, iterations: 5 }
 */
export function crfByName(text: string): CrfOptions | undefined {
  if (Object.hasOwn(presets, text)) return presets[text];
  const fail = (problem: string): never => {
    throw new FtuError('bad-input', `crf: ${problem}`, {
      subject: 'prediction settings',
      setting: 'crf',
      hint: `use ${Object.keys(presets).join(', ')} or sxy=3,compat=3,iterations=5`,
    });
  };
  const given = new Map<string, number>();
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=').map((word) => word.trim());
    const number = value === '' ? Number.NaN : Number(value);
    if (!numbers.some((known) => known === name)) fail(`there is no "${name}"`);
    if (!(number > 0 && number <= 1000)) fail(`${name} is a number above 0 and up to 1000, not "${value}"`);
    given.set(name, number);
  }
  const iterations = given.get('iterations') ?? 5;
  if (!Number.isInteger(iterations)) fail(`iterations are a whole number, not ${iterations}`);
  const all = (...names: string[]): number[] | undefined => {
    const found = names.map((name) => given.get(name));
    if (found.every((value) => value === undefined)) return undefined;
    return found.map((value, i) => value ?? fail(`${names[i]} is missing`));
  };
  const gaussian = all('sxy', 'compat');
  const bilateral = all('bilateral-sxy', 'bilateral-srgb', 'bilateral-compat');
  if (gaussian === undefined && bilateral === undefined) fail('no kernel is given');
  return {
    iterations,
    ...(gaussian && { gaussian: { sxy: gaussian[0] ?? 0, compat: gaussian[1] ?? 0 } }),
    ...(bilateral && {
      bilateral: { sxy: bilateral[0] ?? 0, srgb: bilateral[1] ?? 0, compat: bilateral[2] ?? 0 },
    }),
  };
}
