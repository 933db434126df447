/** Completion for fish: one line for each command, option and word. */
import type { DescribedCommand, DescribedOption, Values } from './described.js';

/** In fish only the quote and the backslash mean something inside single quotes. */
const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;

/** Whether files are offered, and what else. */
function takes(values: Values): string {
  switch (values.kind) {
    case 'words':
      return ` -x -a ${quoted(values.words.join(' '))}`;
    case 'folder':
      return " -x -a '(__fish_complete_directories)'";
    case 'file':
      return ' -r -F';
    case 'any':
      return ' -x';
    case 'none':
      return '';
  }
}

const optionLine = (command: string, { flag, text, values }: DescribedOption): string =>
  `complete -c ftu -n '__fish_seen_subcommand_from ${command}' -l ${flag.slice(2)}${takes(values)} -d ${quoted(text)}`;

function commandLines({ name, text, options, words }: DescribedCommand): string[] {
  const [first] = words;
  return [
    `complete -c ftu -n __fish_use_subcommand -f -a ${name} -d ${quoted(text)}`,
    ...options.map((option) => optionLine(name, option)),
    ...(first?.values.kind === 'words'
      ? [`complete -c ftu -n '__fish_seen_subcommand_from ${name}' -f -a ${quoted(first.values.words.join(' '))}`]
      : []),
  ];
}

/** @returns the script for `~/.config/fish/completions/ftu.fish` */
export const fishScript = (commands: readonly DescribedCommand[]): string =>
  `# Completion of ftu for fish: ftu completion fish > ~/.config/fish/completions/ftu.fish
complete -c ftu -n __fish_use_subcommand -f -l help -d 'show the help'
complete -c ftu -n __fish_use_subcommand -f -l version -d 'print the version'
${commands.flatMap(commandLines).join('\n')}
`;
