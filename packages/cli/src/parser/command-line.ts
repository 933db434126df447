/** Options and whole commands as they are typed into a shell. */
import type { z } from 'zod';
import type { CommandDefinition } from './command.js';
import { nameNow } from './renamed.js';

export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * @example
 * flagOf('predict', 'splitTouching'); // --split-touching
 */
export const flagOf = (command: string, property: string): string => `--${kebab(nameNow(command, property))}`;

const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/**
 * @example
 * commandLine(predict, { model: 'm.onnx', slides: 's.csv', out: 'o' }); // ftu predict --model m.onnx --slides s.csv --out o
 */
export function commandLine<S extends z.ZodObject>(definition: CommandDefinition<S>, input: z.input<S>): string {
  const words = ['ftu', definition.name];
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || value === false) continue;
    const flag = flagOf(definition.name, name);
    if (definition.positionals?.some((positional) => positional === name)) words.push(quote(String(value)));
    else if (value === true) words.push(flag);
    else for (const item of Array.isArray(value) ? value : [value]) words.push(flag, quote(String(item)));
  }
  return words.join(' ');
}
