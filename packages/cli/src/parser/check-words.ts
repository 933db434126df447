/** Words of a command line that another machine will run: what is wrong with them is said here, and nothing is run. */
import { Command } from 'commander';
import { createPainter } from '../output/colour.js';
import type { CommandContext, CommandDefinition } from './command.js';
import { register } from './register.js';
import { UsageError } from './usage-error.js';

/**
 * @param words behind the command's name
 * @throws {UsageError} for unknown options, values out of range and whatever else the command's own parser refuses
 * @example
 * await checkWords(predict, ['--model', 'm.onnx', '--slides', 'test', '--out', 'out', '--views', 'reference'], context);
 */
export async function checkWords(
  definition: CommandDefinition,
  words: readonly string[],
  context: CommandContext,
): Promise<void> {
  const program = new Command()
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  const session = { context, setMode: () => undefined, finish: () => undefined };
  register(
    program,
    { summary: '', definition: { ...definition, run: async () => undefined } },
    session,
    createPainter(false),
  );
  try {
    await program.parseAsync([definition.name, ...words], { from: 'user' });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const isHelp = text === '(outputHelp)';
    throw new UsageError(
      isHelp ? 'with --help nothing else is done' : text.replace(/^error: /, '').replace(/\s+/g, ' '),
    );
  }
}
