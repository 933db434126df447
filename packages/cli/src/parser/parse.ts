/** From the words of a command line to what a schema takes, with a sentence for whatever is wrong. */
import { isAmbiguous, parseNumber } from '@ftuseg/core';
import { requireWritable } from '@ftuseg/files';
import { checkSchema, type SchemaProblem } from '@ftuseg/nn';
import type { CommandDefinition } from './command.js';
import { type CommandOption, listed, usageOf } from './options.js';
import { MissingOptions, UsageError } from './usage-error.js';

/** Of an option given twice, one would be ignored. */
export const once =
  (flag: string) =>
  (value: string, before: string | undefined): string => {
    if (before === undefined) return value;
    throw new UsageError(`${flag} is given twice: "${before}" and "${value}"`);
  };

/** Turns the text of an option into the type that the schema asks for; the schema itself checks ranges. */
export function coerce({ flag, number: kind }: CommandOption, value: unknown): unknown {
  if (typeof value !== 'string' || kind === undefined) return value;
  const number = parseNumber(value);
  if (Number.isNaN(number)) throw new UsageError(`${flag} takes a number, not "${value}"`);
  // A comma is a decimal one; "1,000" may have been meant otherwise.
  if (isAmbiguous(value) || (kind === 'integer' && value.includes(','))) {
    throw new UsageError(
      `${flag}: is "${value}" ${value.replace(',', '')} or ${value.replace(',', '.')}? Write it without a comma`,
    );
  }
  return number;
}

function explainProblems(problems: readonly SchemaProblem[], options: readonly CommandOption[]): string {
  return problems
    .map(({ path: [first], problem }) => {
      const option = options.find(({ property }) => property === first);
      return `${option?.flag ?? String(first ?? '')}: ${problem}`;
    })
    .join('; ');
}

/**
 * Checks what was given and runs the command.
 * @param input by property
 * @returns what the command returns
 * @throws {UsageError} for wrong usage, always with the command's name and an example where something is missing
 */
export async function runParsed(
  definition: CommandDefinition,
  options: readonly CommandOption[],
  input: Readonly<Record<string, unknown>>,
  context: Parameters<CommandDefinition['run']>[1],
): Promise<unknown> {
  try {
    const missing = options.filter(({ required, property }) => required && input[property] === undefined);
    if (missing.length > 0) throw new MissingOptions(listed(missing.map(usageOf)));
    const parsed = checkSchema(definition.schema, input);
    if (!parsed.success) throw new UsageError(explainProblems(parsed.problems, options));
    for (const { writes, property } of options) {
      const path = parsed.data[property];
      // Work of hours must not end at a folder that is not there.
      if (writes && typeof path === 'string') await requireWritable(path);
    }
    return await definition.run(parsed.data, context);
  } catch (error) {
    if (!(error instanceof MissingOptions)) throw error;
    throw new UsageError(`ftu ${definition.name} needs ${error.needed}: ${definition.examples[0]}`);
  }
}
