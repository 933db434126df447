/** A command's definition becomes a command of the program. */
import { Command, Option } from 'commander';
import type { Painter } from '../output/colour.js';
import type { Session } from '../output/session.js';
import type { CommandDefinition, LoadedCommand } from './command.js';
import { helpConfiguration, helpEnd, usageLine } from './help.js';
import { type CommandOption, optionsOf } from './options.js';
import { coerce, once, runParsed } from './parse.js';
import { UsageError } from './usage-error.js';

/** Heading of the options that every command has. */
const GENERAL = 'General:';

/** As commander has flags: a value in brackets. */
const commanderFlags = ({ kind, negated, flag, placeholder }: CommandOption, written = flag): string => {
  if (kind === 'switch') return negated ? written.replace(/^--/, '--no-') : written;
  return `${written} <${placeholder}>`;
};

function commanderOption(option: CommandOption, flag = option.flag): Option {
  const made = new Option(commanderFlags(option, flag), `${option.description}${option.required ? ' (required)' : ''}`);
  if (option.kind === 'list') {
    made.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  } else if (option.kind === 'value') made.argParser(once(flag));
  return made;
}

function addOptions(command: Command, definition: CommandDefinition, options: readonly CommandOption[]): void {
  for (const { kind, flag, description, required } of options) {
    // Commander's own sentence for a missing word would be another than that for missing options.
    if (kind === 'positional') command.argument(`[${flag}]`, `${description}${required ? ' (required)' : ''}`);
  }
  const named = options.filter(({ kind }) => kind !== 'positional');
  const grouped = new Set(Object.values(definition.groups).flat());
  const lost = options.find(({ property }) => !grouped.has(property));
  if (lost !== undefined) throw new RangeError(`${definition.name}: option ${lost.flag} stands under no heading`);
  for (const [heading, properties] of Object.entries(definition.groups)) {
    for (const property of properties) {
      const option = named.find((one) => one.property === property);
      if (option !== undefined) command.addOption(commanderOption(option).helpGroup(`${heading}:`));
    }
  }
  for (const option of named) {
    for (const old of option.oldFlags) command.addOption(commanderOption(option, old).hideHelp());
  }
  if (definition.result !== undefined) {
    command.addOption(new Option('--json', 'print the result as one JSON document').helpGroup(GENERAL));
  }
  command
    .addOption(new Option('--quiet', 'print errors and results only').helpGroup(GENERAL))
    .addOption(new Option('--verbose', 'also say what helps to find a fault').helpGroup(GENERAL))
    .addHelpOption(new Option('-h, --help', 'show this help').helpGroup(GENERAL));
}

/** What commander calls the value of a flag. */
const attributeOf = (flag: string): string => new Option(flag).attributeName();

/** The value of an option under its name now or one of before; a negatable switch is commander's `true` where it was not given. */
function givenValue(
  option: CommandOption,
  given: Readonly<Record<string, unknown>>,
  note: (text: string) => void,
): unknown {
  let value = given[option.name];
  for (const old of option.oldFlags) {
    const before = given[attributeOf(old)];
    if (before === undefined) continue;
    if (value !== undefined) throw new UsageError(`${old} is the former name of ${option.flag}: give one of them`);
    note(`${old} is now called ${option.flag}; the old name goes away with the next version`);
    value = before;
  }
  return value;
}

/** Adds a command to the program. */
export function register(
  program: Command,
  { definition, summary }: LoadedCommand,
  session: Pick<Session, 'context' | 'setMode' | 'finish'>,
  painter: Painter,
): void {
  const options = optionsOf(definition);
  const command = new Command(definition.name)
    .description(summary)
    .usage(usageLine(options))
    .exitOverride()
    .showHelpAfterError(false)
    .configureHelp(helpConfiguration(painter))
    .configureOutput(program.configureOutput());
  addOptions(command, definition, options);
  command.addHelpText('after', () => helpEnd(command, definition, painter));
  command.action(async (...words: unknown[]) => {
    const given = command.opts<Record<string, unknown>>();
    if (given.quiet === true && given.verbose === true) throw new UsageError('--quiet and --verbose are opposites');
    session.setMode({ quiet: given.quiet === true, verbose: given.verbose === true, json: given.json === true });
    const input: Record<string, unknown> = {};
    for (const option of options) {
      const index = definition.positionals?.indexOf(option.property) ?? -1;
      const value = index >= 0 ? words[index] : givenValue(option, given, session.context.note);
      if (value !== undefined) input[option.property] = coerce(option, value);
    }
    session.context.detail(`ftu ${definition.name} ${JSON.stringify(input)}`);
    session.finish(await runParsed(definition, options, input, session.context));
  });
  program.addCommand(command);
}
