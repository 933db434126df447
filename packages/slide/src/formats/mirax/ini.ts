/** Text files of keys in groups, as `Slidedat.ini` is: `[GROUP]`, then `KEY = value`. */
import { SlideError } from '../../slide-error.js';

export interface IniFile {
  /** Every key with its group, in the order of the file. */
  readonly entries: readonly (readonly [group: string, key: string, value: string])[];
  /** @returns undefined where the group does not have the key */
  find(group: string, key: string): string | undefined;
  /** @throws {SlideError} `bad-input` where the key is missing */
  text(group: string, key: string): string;
  /** @throws {SlideError} `bad-input` where it is no whole number within the limits */
  integer(group: string, key: string, least: number, most: number): number;
  /** @throws {SlideError} `bad-input` where it is no number */
  number(group: string, key: string): number;
  fail(problem: string): SlideError;
}

/** @param subject for messages */
export function parseIni(text: string, subject: string): IniFile {
  const values = new Map<string, readonly [group: string, key: string, value: string]>();
  let group = '';
  for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    const header = /^\s*\[([^\]]*)\]/.exec(line);
    const pair = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line);
    if (header !== null) group = header[1] ?? '';
    else if (pair !== null) values.set(`${group}\n${pair[1]}`, [group, pair[1] ?? '', pair[2] ?? '']);
  }
  const fail = (problem: string) =>
    new SlideError('bad-input', `Slidedat.ini: ${problem}`, {
      subject,
      hint: 'the slide is damaged or copied in part: copy the .mrxs file and its folder again',
    });
  const find = (of: string, key: string): string | undefined => values.get(`${of}\n${key}`)?.[2];
  const get = (of: string, key: string): string => {
    const value = find(of, key);
    if (value === undefined) throw fail(`"${key}" is missing in [${of.slice(0, 80)}]`);
    return value;
  };
  const number = (of: string, key: string): number => {
    const value = get(of, key);
    if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value)) return Number(value);
    throw fail(`"${key}" is no number: ${JSON.stringify(value.slice(0, 40))}`);
  };
  return {
    entries: [...values.values()],
    find,
    text: get,
    number,
    integer: (of, key, least, most) => {
      const value = number(of, key);
      if (Number.isInteger(value) && value >= least && value <= most) return value;
      throw fail(`"${key}" is ${value}, not a whole number from ${least} to ${most}`);
    },
    fail,
  };
}
