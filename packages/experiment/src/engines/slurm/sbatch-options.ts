/** What a person hands on to `sbatch`: partition, time, memory, accelerators. What the jobs depend on to work is not theirs to say. */
import { FtuError } from '@ftuseg/core';

/** Options that the engine sets itself, long and short. */
const OWN: Readonly<Record<string, string>> = {
  array: 'a',
  chdir: 'D',
  dependency: 'd',
  error: 'e',
  hold: 'H',
  'job-name': 'J',
  'kill-on-invalid-dep': '',
  'no-requeue': '',
  'open-mode': '',
  output: 'o',
  parsable: '',
  requeue: '',
  signal: '',
  'test-only': '',
  wait: 'W',
  wrap: '',
};

const WORD = /\s*((?:"[^"]*"|'[^']*'|[^\s"'])+)/y;

function wordsOf(text: string): string[] {
  const words: string[] = [];
  WORD.lastIndex = 0;
  for (let end = 0; end < text.trimEnd().length; end = WORD.lastIndex) {
    const word = WORD.exec(text)?.[1];
    if (word === undefined) {
      throw new FtuError('bad-input', 'a quotation mark of the options for `sbatch` has no second one', {
        subject: text,
      });
    }
    words.push(word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double = '', single = '') => `${double}${single}`));
  }
  return words;
}

function ownOption(word: string): string | undefined {
  const long = /^--([\w-]+)/.exec(word)?.[1];
  // The beginning of a name is enough for `sbatch`.
  if (long !== undefined) return Object.keys(OWN).find((name) => name.startsWith(long));
  const short = /^-(\w)/.exec(word)?.[1];
  return Object.keys(OWN).find((name) => short !== undefined && OWN[name] === short);
}

/**
 * @param text such as `-p gpu --gres=gpu:1 -t 8:00:00`; words may be quoted, and nothing in them is expanded
 * @throws {FtuError} `bad-input` for an option that the engine sets itself
 */
export function sbatchOptions(text: string): string[] {
  const words = wordsOf(text);
  for (const word of words) {
    const own = ownOption(word);
    if (own === undefined) continue;
    throw new FtuError('bad-input', `the jobs set \`--${own}\` themselves`, {
      subject: word,
      hint: 'leave it out; partition, time, memory, processors and accelerators are yours to say',
    });
  }
  const [first] = words;
  if (first === undefined || first.startsWith('-')) return words;
  throw new FtuError('bad-input', 'options for `sbatch` begin with a dash', { subject: first });
}
