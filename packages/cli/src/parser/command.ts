/**
 * One zod schema per command is the whole of its interface: the flags, their help text, their defaults and their checks
 * come from it, and the command body sees only parsed, typed options.
 */

import { isAmbiguous, parseNumber } from '@ftuseg/core';
import { checkSchema, type SchemaProblem } from '@ftuseg/nn';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { kebab } from './command-line.js';
import { UsageError } from './usage-error.js';

/** What every command may use besides its options. */
export interface CommandContext {
  /** Aborted by the first Ctrl-C; commands stop at the next safe point and keep what is finished. */
  readonly signal: AbortSignal;
  /** Results, for pipes. */
  print(text: string): void;
  /** Progress and remarks, for people (standard error). */
  note(text: string): void;
  /** Rewrites one progress line on a terminal; prints now and then elsewhere. */
  progress(text: string): void;
  /** The work is done, but with gaps: the program will end with exit code 3. */
  incomplete(): void;
}

export interface CommandDefinition<S extends z.ZodObject> {
  readonly name: string;
  readonly summary: string;
  /** Each property becomes `--kebab-case`; its `describe` text is the help. */
  readonly schema: S;
  /** Properties that are given as words without a flag, in order. */
  readonly positionals?: readonly (keyof z.infer<S> & string)[];
  readonly examples?: readonly string[];
  run(options: z.infer<S>, context: CommandContext): Promise<void>;
}

/** Ties the options that `run` gets to the schema. */
export const defineCommand = <S extends z.ZodObject>(definition: CommandDefinition<S>): CommandDefinition<S> =>
  definition;

interface PropertySchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  /** What stands for the value in the help text; from the schema's `meta`. */
  readonly placeholder?: string;
}

function describeSchema(schema: z.ZodObject): {
  properties: Record<string, PropertySchema>;
  required: ReadonlySet<string>;
} {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return {
    properties: (json.properties ?? {}) as Record<string, PropertySchema>,
    required: new Set(json.required ?? []),
  };
}

/** Turns the text of a flag into the type that the schema asks for; the schema itself checks ranges. */
function coerce(flag: string, property: PropertySchema, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (property.type !== 'number' && property.type !== 'integer') return value;
  const number = parseNumber(value);
  if (Number.isNaN(number)) throw new UsageError(`--${flag} takes a number, not "${value}"`);
  // A comma is a decimal one; "1,000" may have been meant otherwise.
  if (isAmbiguous(value) || (property.type === 'integer' && value.includes(','))) {
    throw new UsageError(
      `--${flag}: is "${value}" ${value.replace(',', '')} or ${value.replace(',', '.')}? Write it without a comma`,
    );
  }
  return number;
}

function explainProblems(problems: readonly SchemaProblem[], positionals: readonly string[]): string {
  return problems
    .map(({ path: [first], problem }) => {
      const key = String(first ?? '');
      const where = positionals.includes(key) ? key.toUpperCase() : `--${kebab(key)}`;
      return `${where}: ${problem}`;
    })
    .join('; ');
}

/** Of an option given twice, one would be ignored. */
const once =
  (flag: string) =>
  (value: string, before: string | undefined): string => {
    if (before === undefined) return value;
    throw new UsageError(`--${flag} is given twice: "${before}" and "${value}"`);
  };

/** Adds a command to the program. */
export function register<S extends z.ZodObject>(
  program: Command,
  definition: CommandDefinition<S>,
  context: CommandContext,
): void {
  const { properties, required } = describeSchema(definition.schema);
  const positionals: readonly string[] = definition.positionals ?? [];
  const command = new Command(definition.name).description(definition.summary).exitOverride().showHelpAfterError(false);
  for (const name of positionals) {
    const text = properties[name]?.description ?? '';
    command.argument(required.has(name) ? `<${kebab(name)}>` : `[${kebab(name)}]`, text);
  }
  for (const [name, property] of Object.entries(properties)) {
    if (positionals.includes(name)) continue;
    const isFlag = property.type === 'boolean';
    const negated = isFlag && property.default === true;
    const kind = property.enum ? property.enum.join('|') : property.type === 'string' ? 'TEXT' : 'N';
    const placeholder = property.placeholder ?? kind;
    const shown = property.default === undefined || isFlag ? '' : ` (default: ${String(property.default)})`;
    const need = required.has(name) ? ' (required)' : '';
    const collect = property.type === 'array';
    const option = new Option(
      negated ? `--no-${kebab(name)}` : isFlag ? `--${kebab(name)}` : `--${kebab(name)} <${placeholder}>`,
      `${property.description ?? ''}${shown}${need}`,
    );
    if (collect) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    else if (!isFlag) option.argParser(once(kebab(name)));
    command.addOption(option);
  }
  if (definition.examples) {
    command.addHelpText('after', `\nExamples:\n${definition.examples.map((line) => `  ${line}`).join('\n')}`);
  }
  command.action(async (...parameters: unknown[]) => {
    const given = command.opts<Record<string, unknown>>();
    const input: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(properties)) {
      const index = positionals.indexOf(name);
      const value = index >= 0 ? parameters[index] : given[name];
      // A negatable flag that was not given is commander's `true`, which is also the schema's default.
      if (value !== undefined) input[name] = coerce(kebab(name), property, value);
    }
    const missing = [...required].filter((name) => input[name] === undefined).map((name) => `--${kebab(name)}`);
    if (missing.length > 0) {
      throw new UsageError(`ftu ${definition.name} needs ${missing.join(', ')}; see ftu ${definition.name} --help`);
    }
    const parsed = checkSchema(definition.schema, input);
    if (!parsed.success) throw new UsageError(explainProblems(parsed.problems, positionals));
    await definition.run(parsed.data, context);
  });
  program.addCommand(command);
}
