/** What the shells' scripts are made from: every command with its options and words, read from the definitions. */
import type { LoadedCommand } from '../parser/command.js';
import { optionsOf, pathKindOf } from '../parser/options.js';

/** What may follow an option, or stand as a word. */
export type Values =
  | { readonly kind: 'none' }
  | { readonly kind: 'any' }
  | { readonly kind: 'file' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'words'; readonly words: readonly string[] };

export interface DescribedOption {
  readonly flag: string;
  /** One line. */
  readonly text: string;
  readonly repeatable: boolean;
  readonly values: Values;
}

export interface DescribedCommand {
  readonly name: string;
  readonly text: string;
  readonly options: readonly DescribedOption[];
  /** Words without an option, in order. */
  readonly words: readonly { readonly name: string; readonly values: Values }[];
}

const switchOf = (flag: string, text: string): DescribedOption => ({
  flag,
  text,
  repeatable: false,
  values: { kind: 'none' },
});

/** The help of a command is completed by the names of all. */
const helpCommand = (names: readonly string[]): DescribedCommand => ({
  name: 'help',
  text: 'show the help of a command',
  options: [],
  words: [{ name: 'COMMAND', values: { kind: 'words', words: names } }],
});

function describeCommand({ definition, summary }: LoadedCommand): DescribedCommand {
  const all = optionsOf(definition).map((option) => {
    const { kind, values } = option;
    const path = pathKindOf(option);
    const positional = kind === 'positional';
    let taken: Values = path === undefined ? { kind: 'any' } : { kind: path };
    if (positional && path === undefined) taken = { kind: 'file' };
    if (kind === 'switch') taken = { kind: 'none' };
    if (values.length > 0) taken = { kind: 'words', words: values };
    return { option, taken };
  });
  const options = all
    .filter(({ option }) => option.kind !== 'positional')
    .map(
      ({ option: { flag, negated, description, kind }, taken }): DescribedOption => ({
        flag: negated ? flag.replace(/^--/, '--no-') : flag,
        text: description,
        repeatable: kind === 'list',
        values: taken,
      }),
    );
  const general = [
    ...(definition.result === undefined ? [] : [switchOf('--json', 'print the result as one JSON document')]),
    switchOf('--quiet', 'print errors and results only'),
    switchOf('--verbose', 'also say what helps to find a fault'),
    switchOf('--help', 'show the help'),
  ];
  const words = (definition.positionals ?? []).flatMap((property) => {
    const found = all.find(({ option }) => option.property === property);
    return found === undefined ? [] : [{ name: found.option.flag, values: found.taken }];
  });
  return { name: definition.name, text: summary, options: [...options, ...general], words };
}

export const describeCommands = (commands: readonly LoadedCommand[]): DescribedCommand[] => [
  ...commands.map(describeCommand),
  helpCommand(commands.map(({ definition }) => definition.name)),
];
