/** A command and its options as a line that can be pasted into a shell. */
import type { z } from 'zod';
import type { CommandDefinition } from './command.js';

export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/**
 * @example
 * commandLine(predict, { model: 'm.onnx', slides: 's.csv', out: 'o' }); // ftu predict --model m.onnx --slides s.csv --out o
 */
export function commandLine<S extends z.ZodObject>(definition: CommandDefinition<S>, input: z.input<S>): string {
  const words = ['ftu', definition.name];
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || value === false) continue;
    if (definition.positionals?.includes(name as never)) words.push(quote(String(value)));
    else if (value === true) words.push(`--${kebab(name)}`);
    else for (const item of Array.isArray(value) ? value : [value]) words.push(`--${kebab(name)}`, quote(String(item)));
  }
  return words.join(' ');
}
