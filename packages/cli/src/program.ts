/** The command line as a function: arguments in, exit code out, so that tests run it without a process. */
import process from 'node:process';
import { visibleText } from '@ftuseg/core';
import { Command } from 'commander';
import { listedCommands, loadCommands } from './commands/registry.js';
import { createPainter, isColourful } from './output/colour.js';
import type { ExitCode } from './output/errors.js';
import { createSession } from './output/session.js';
import { columnsOf, helpConfiguration } from './parser/help.js';
import { register } from './parser/register.js';
import { version } from './version.js';

export type { ExitCode } from './output/errors.js';

export interface RunOptions {
  /** Aborted with the name of the system's signal. */
  readonly signal?: AbortSignal;
  readonly stdout?: (text: string) => void;
  readonly stderr?: (text: string) => void;
  /** Whether standard error is a terminal, where a line can be rewritten. */
  readonly isTerminal?: boolean;
  /** Letters across, where standard output is a terminal. */
  readonly columns?: number | undefined;
}

/** The command that the arguments ask for, if they begin with one. */
const nameIn = ([first, second]: readonly string[]): string | undefined => (first === 'help' ? second : first);

/**
 * Runs one command line, without the leading `ftu`.
 *
 * @example
 * const code = await runFtu(['evaluate', '--truth', 'slides.csv', '--predictions', 'out']);
 */
export async function runFtu(args: readonly string[], options: RunOptions = {}): Promise<ExitCode> {
  const {
    stdout = (text: string) => process.stdout.write(text),
    stderr = (text: string) => process.stderr.write(text),
    signal = new AbortController().signal,
    isTerminal = false,
  } = options;
  const columns = columnsOf(process.env, options.columns);
  const painter = createPainter(isColourful(isTerminal, process.env));
  const session = createSession({
    stdout,
    stderr,
    terminal: { isTerminal, columns },
    painter,
    signal,
    args,
    commands: loadCommands,
  });
  // Known before the command is parsed, so that what is wrong with it is JSON too.
  session.setMode({ json: args.includes('--json') });
  const helpPainter = createPainter(isColourful(options.columns !== undefined, process.env));
  const program = new Command('ftu')
    .description('Find functional tissue units, glomeruli first, in kidney slides.')
    .usage('COMMAND [options]')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .exitOverride()
    .showHelpAfterError(false)
    .configureHelp(helpConfiguration(helpPainter))
    .configureOutput({
      writeOut: stdout,
      writeErr: (text) => stderr(visibleText(text)),
      outputError: () => undefined,
      getOutHelpWidth: () => columns,
      getErrHelpWidth: () => columns,
      getOutHasColors: () => true,
      getErrHasColors: () => true,
    });
  try {
    const asked = nameIn(args);
    for (const { name, heading, summary, load } of listedCommands) {
      program.commandsGroup(`${heading}:`);
      if (name === asked) register(program, { summary, definition: await load() }, session, helpPainter);
      else program.command(name).description(summary);
    }
    program.helpCommand('help [COMMAND]', 'show the help of a command');
    await program.parseAsync([...args], { from: 'user' });
    return session.exitCode();
  } catch (error) {
    return session.fail(error);
  }
}
