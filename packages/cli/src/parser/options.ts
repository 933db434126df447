/** The options of a command as plain data, from its schema: what the parser, the help and the shells' completion all read. */
import { z } from 'zod';
import type { CommandDefinition } from './command.js';
import { kebab } from './command-line.js';
import { nameNow, namesBefore } from './renamed.js';

export interface CommandOption {
  /** Of the schema. */
  readonly property: string;
  /** In camelCase, as commander keeps its value. */
  readonly name: string;
  /** With dashes; of a word without an option the placeholder. */
  readonly flag: string;
  /** Flags that it had before. */
  readonly oldFlags: readonly string[];
  readonly kind: 'switch' | 'value' | 'list' | 'positional';
  /** The switch takes away what is on by default. */
  readonly negated: boolean;
  /** What stands for the value: FILE, DIR, PATH, N, a|b; empty for a switch. */
  readonly placeholder: string;
  /** All values there are; empty: any. */
  readonly values: readonly string[];
  readonly number: 'integer' | 'number' | undefined;
  readonly required: boolean;
  /** It names a file that the command writes. */
  readonly writes: boolean;
  readonly description: string;
}

const propertySchema = z.object({
  type: z.string().optional(),
  description: z.string().default(''),
  default: z.unknown().optional(),
  enum: z.array(z.string()).default([]),
  placeholder: z.string().optional(),
  writes: z.boolean().default(false),
});
type Property = z.output<typeof propertySchema>;

const kindOf = ({ type }: Property): 'switch' | 'value' | 'list' => {
  if (type === 'boolean') return 'switch';
  return type === 'array' ? 'list' : 'value';
};

function placeholderOf({ enum: values, type }: Property): string {
  if (values.length > 0) return values.join('|');
  return type === 'number' || type === 'integer' ? 'N' : 'TEXT';
}

/** @returns the options in the order of the schema */
export function optionsOf(definition: CommandDefinition): CommandOption[] {
  const json = z.toJSONSchema(definition.schema, { io: 'input', unrepresentable: 'any' });
  const required = new Set(json.required ?? []);
  return Object.entries(json.properties ?? {}).map(([property, described]): CommandOption => {
    const about = propertySchema.parse(described);
    const hint = definition.hints?.[property];
    const name = nameNow(definition.name, property);
    const positional = definition.positionals?.includes(property) === true;
    const kind = positional ? 'positional' : kindOf(about);
    const values = hint?.values ?? about.enum;
    const placeholder = hint?.placeholder ?? about.placeholder ?? placeholderOf(about);
    const shown = about.default === undefined || kind === 'switch' ? '' : ` (default: ${String(about.default)})`;
    return {
      property,
      name,
      flag: positional ? placeholder : `--${kebab(name)}`,
      oldFlags: namesBefore(definition.name, name).map((old) => `--${kebab(old)}`),
      kind,
      negated: kind === 'switch' && about.default === true,
      placeholder: kind === 'switch' ? '' : placeholder,
      values,
      number: about.type === 'number' || about.type === 'integer' ? about.type : undefined,
      required: required.has(property),
      writes: about.writes,
      description: `${about.description}${shown}`,
    };
  });
}

/**
 * An option as it is typed.
 * @example
 * usageOf(option); // --model FILE[=WEIGHT]
 */
export const usageOf = ({ kind, flag, placeholder }: CommandOption): string =>
  kind === 'value' || kind === 'list' ? `${flag} ${placeholder}` : flag;

/** @returns the same with what it takes from the disk, by its placeholder */
export function pathKindOf({ placeholder }: CommandOption): 'file' | 'folder' | undefined {
  if (/^(FILE|PATH)/.test(placeholder)) return 'file';
  return placeholder.startsWith('DIR') ? 'folder' : undefined;
}

/** `--a`, `--a and --b`, `--a, --b and --c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
