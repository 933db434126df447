/** Completion for bash, from 3.2 on. */
import type { DescribedCommand, Values } from './described.js';

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** What `compgen` is asked for. */
function generator(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `_ftu_reply -W ${quoted(values.words.join(' '))}`;
    case 'folder':
      return '_ftu_reply -d';
    case 'file':
      return '_ftu_reply -f';
    default:
      return ':';
  }
}

/** Lines of a `case` that are the same for several patterns become one. */
function cases(entries: readonly (readonly [pattern: string, action: string])[], indent: string): string[] {
  const byAction = new Map<string, string[]>();
  for (const [pattern, action] of entries) byAction.set(action, [...(byAction.get(action) ?? []), pattern]);
  return [...byAction].map(([action, patterns]) => `${indent}${patterns.join(' | ')}) ${action} ;;`);
}

/** @returns the script that `source <(ftu completion bash)` reads */
export function bashScript(commands: readonly DescribedCommand[]): string {
  const afterOption = commands.flatMap(({ name, options }) =>
    options
      .filter(({ values }) => values.kind !== 'none')
      .map(({ flag, values }) => [quoted(`${name} ${flag}`), `${generator(values)}; return`] as const),
  );
  const flags = commands.map(
    ({ name, options }) => [name, `_ftu_reply -W ${quoted(options.map(({ flag }) => flag).join(' '))}`] as const,
  );
  const words = commands.flatMap(({ name, words: [first] }) =>
    first === undefined ? [] : [[name, generator(first.values)] as const],
  );
  return `# Completion of ftu for bash: source <(ftu completion bash)
_ftu_reply() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$@" -- "\${COMP_WORDS[COMP_CWORD]}")
}

_ftu() {
  local command=\${COMP_WORDS[1]} current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    _ftu_reply -W ${quoted([...commands.map(({ name }) => name), '--help', '--version'].join(' '))}
    return
  fi
  case "$command $before" in
${cases(afterOption, '    ').join('\n')}
  esac
  if [[ $current == -* ]]; then
    case $command in
${cases(flags, '      ').join('\n')}
    esac
    return
  fi
  case $command in
${cases(words, '    ').join('\n')}
    *) _ftu_reply -f ;;
  esac
}

complete -o filenames -F _ftu ftu
`;
}
