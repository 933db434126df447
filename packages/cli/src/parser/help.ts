/** The help as a person reads it: headings, required options marked, lines as wide as the terminal. */
import type { Command, Help, HelpConfiguration } from 'commander';
import type { Painter } from '../output/colour.js';
import type { CommandDefinition } from './command.js';
import { type CommandOption, usageOf } from './options.js';

/** Where there is no terminal. */
const USUAL_COLUMNS = 100;
const MIN_COLUMNS = 40;

/** Letters across, as the shell says in COLUMNS, else the terminal itself. */
export function columnsOf(env: Readonly<Record<string, string | undefined>>, terminal: number | undefined): number {
  const given = Number(env.COLUMNS);
  const columns = Number.isInteger(given) && given > 0 ? given : (terminal ?? USUAL_COLUMNS);
  return Math.max(MIN_COLUMNS, columns);
}

/** A longer name stands on a line of its own, so that its text is not pushed to the right. */
const MAX_NAME = 30;

/** The column of names; the texts begin behind it. */
const nameColumn = (command: Command, help: Help): number =>
  Math.min(
    MAX_NAME,
    Math.floor((help.helpWidth ?? USUAL_COLUMNS) / 3),
    Math.max(
      help.longestOptionTermLength(command, help),
      help.longestSubcommandTermLength(command, help),
      help.longestArgumentTermLength(command, help),
    ),
  );

/** A name and its text, wrapped beside it. */
function formatItem(name: string, column: number, text: string, help: Help): string {
  const width = Math.max(MIN_COLUMNS / 2, (help.helpWidth ?? USUAL_COLUMNS) - column - 4);
  const indented = help.boxWrap(text, width).replaceAll('\n', `\n${''.padEnd(column + 4)}`);
  return `  ${name.length > column ? `${name}\n${''.padEnd(column + 2)}` : name.padEnd(column)}  ${indented}`;
}

/** @param painter of standard output */
export const helpConfiguration = (painter: Painter): HelpConfiguration => ({
  // An option that is shown without the brackets of commander: FILE is enough to say that it takes a file.
  optionTerm: ({ flags }) => flags.replace(/ <(.*)>$/, ' $1'),
  argumentTerm: (argument) => argument.name(),
  subcommandTerm: (command) => command.name(),
  styleTitle: painter.bold,
  padWidth: nameColumn,
  formatItem,
  minWidthToWrap: MIN_COLUMNS / 2,
});

/**
 * What stands behind the name of a command.
 * @example
 * usageLine(options); // SLIDE [options]
 */
export function usageLine(options: readonly CommandOption[]): string {
  const words = options.filter(({ kind }) => kind === 'positional');
  const needed = options.filter(({ kind, required }) => kind !== 'positional' && required);
  return [
    ...words.map(({ flag, required }) => (required ? flag : `[${flag}]`)),
    ...needed.map(usageOf),
    '[options]',
  ].join(' ');
}

const table = (rows: readonly (readonly [string, string])[]): string[] => {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
};

/** What stands below the options: examples, and what `--json` prints. */
export function helpEnd(command: Command, definition: CommandDefinition, painter: Painter): string {
  const { result, examples } = definition;
  const help = command.createHelp();
  const width = command.configureOutput().getOutHelpWidth?.() ?? USUAL_COLUMNS;
  const rows = Object.entries(result ?? {});
  const names = Math.max(0, ...rows.map(([name]) => name.length));
  const wrapped = rows.map(([name, text]): [string, string] => {
    const lines = help.boxWrap(text, Math.max(MIN_COLUMNS / 2, width - names - 4));
    return [name, lines.replaceAll('\n', `\n${''.padEnd(names + 4)}`)];
  });
  return [
    '',
    painter.bold('Examples:'),
    ...examples.map((line) => `  ${line}`),
    ...(rows.length === 0 ? [] : ['', painter.bold('With --json:'), ...table(wrapped)]),
  ].join('\n');
}
