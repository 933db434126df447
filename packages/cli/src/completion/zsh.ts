/** Completion for zsh, for `_arguments` of its completion system. */
import type { DescribedCommand, DescribedOption, Values } from './described.js';

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
/** Brackets and colons mean something to `_arguments`. */
const escaped = (text: string): string => text.replaceAll(/[\\[\]:]/g, '\\$&');

function action(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `(${values.words.join(' ')})`;
    case 'folder':
      return '_files -/';
    case 'file':
      return '_files';
    default:
      return ' ';
  }
}

function specification({ flag, text, repeatable, values }: DescribedOption): string {
  const start = `${repeatable ? '*' : ''}${flag}[${escaped(text)}]`;
  return quoted(values.kind === 'none' ? start : `${start}:value:${action(values)}`);
}

function branch({ name, options, words }: DescribedCommand): string {
  const places = words.map((word, i) => quoted(`${i + 1}:${escaped(word.name)}:${action(word.values)}`));
  const all = [...options.map(specification), ...places, ...(words.length === 0 ? ["'*:file:_files'"] : [])];
  return `    ${name})\n      _arguments -S \\\n        ${all.join(' \\\n        ')}\n      ;;`;
}

/** @returns the script that `source <(ftu completion zsh)` reads, after compinit; also a file `_ftu` of `fpath` */
export function zshScript(commands: readonly DescribedCommand[]): string {
  const names = commands.map(({ name, text }) => quoted(`${name}:${text.replaceAll(':', '\\:')}`));
  return `#compdef ftu
# Completion of ftu for zsh: source <(ftu completion zsh), after compinit
_ftu() {
  local -a commands
  commands=(
    ${names.join('\n    ')}
  )
  if ((CURRENT == 2)); then
    _describe -t commands command commands
    return
  fi
  local name=$words[2]
  shift words
  ((CURRENT--))
  case $name in
${commands.map(branch).join('\n')}
  esac
}

if [[ $funcstack[1] == _ftu ]]; then
  _ftu "$@"
else
  compdef _ftu ftu
fi
`;
}
