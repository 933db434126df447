/** `ftu completion` in the shells themselves: what each offers for a line that is being typed. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ftu } from './run.js';

const run = promisify(execFile);
const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const isThere = (shell: Shell): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-completion-'));
  await mkdir(join(folder, 'out folder'));
  await writeFile(join(folder, 'my slide.tif'), '');
  for (const shell of SHELLS) {
    const { code, stdout, stderr } = await ftu('completion', shell);
    expect([code, stderr]).toEqual([0, '']);
    await writeFile(join(folder, `completion.${shell}`), stdout);
  }
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function say(program: string, script: string): Promise<string[]> {
  const { stdout } = await run(program, ['-c', script], { cwd: folder, env: { ...process.env, TERM: 'dumb' } });
  return stdout.split('\n').filter((line) => line !== '');
}

const inSingleQuotes = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** bash: the function fills COMPREPLY from the words. */
function bashOffers(...words: string[]): Promise<string[]> {
  const list = words.map(inSingleQuotes).join(' ');
  const set = `COMP_WORDS=(ftu ${list}); COMP_CWORD=${words.length}`;
  return say('bash', `source completion.bash; ${set}; _ftu; printf '%s\\n' "\${COMPREPLY[@]}"`);
}

/** fish: asked by its own word for it; behind a tab stands the description. */
async function fishOffers(...words: string[]): Promise<string[]> {
  const line = ['ftu', ...words].join(' ');
  const lines = await say('fish', `source completion.fish; complete -C ${inSingleQuotes(line)}`);
  return lines.map((one) => one.split('\t')[0] ?? '');
}

/**
 * zsh: completion lives in the line editor, so that a terminal is needed: a tab is typed, and a function `ftu` says what it was called with.
 * @returns the words of the completed line
 */
async function zshCompletes(typed: string): Promise<string> {
  const lines = await say(
    'zsh',
    `zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell 'PS1=; unsetopt zle_bracketed_paste; autoload -U compinit && compinit -u -D; source ./completion.zsh; ftu() { print -r -- "[called: $*]" }; print ready-$((1+1))'
    while zpty -r shell line; do [[ $line == *ready-2* ]] && break; done
    zpty -w -n shell ${inSingleQuotes(`${typed}\t\n`)}
    while zpty -r shell line; do [[ $line == *'[called: '* ]] && break; done
    print -r -- "$line"
    zpty -d shell`,
  );
  return /\[called: (.*)\]/.exec(lines.join(' '))?.[1]?.trimEnd() ?? lines.join('\n');
}

describe('ftu completion', () => {
  it.skipIf(!isThere('bash'))('in bash (needs bash)', async () => {
    expect(await bashOffers('pre')).toEqual(['prepare', 'predict']);
    expect(await bashOffers('predict', '--hyst')).toEqual(['--hysteresis']);
    expect(await bashOffers('predict', '--views', '')).toEqual(['none', 'reference', 'd4']);
    expect(await bashOffers('train', '--encoder', 'resnet1')).toEqual(['resnet18']);
    expect(await bashOffers('predict', '--out', '')).toEqual(['out folder']);
    expect(await bashOffers('predict', '--slides', 'my')).toEqual(['my slide.tif']);
    expect(await bashOffers('predict', '--threads', '')).toEqual([]);
    expect(await bashOffers('completion', '')).toEqual([...SHELLS]);
    expect(await bashOffers('help', 'tu')).toEqual(['tune']);
    expect(await bashOffers('info', 'my')).toEqual(['my slide.tif']);
  });

  it.skipIf(!isThere('fish'))('in fish (needs fish)', async () => {
    expect(await fishOffers('pred')).toEqual(['predict']);
    expect(await fishOffers('predict', '--hyst')).toEqual(['--hysteresis']);
    expect((await fishOffers('predict', '--views', '')).sort()).toEqual(['d4', 'none', 'reference']);
    expect(await fishOffers('train', '--encoder', 'resnet1')).toEqual(['resnet18']);
    expect(await fishOffers('predict', '--slides', 'my')).toEqual(['my slide.tif']);
    expect((await fishOffers('completion', '')).sort()).toEqual([...SHELLS].sort());
    expect(await fishOffers('help', 'tu')).toEqual(['tune']);
  });

  it.skipIf(!isThere('zsh')).each([
    ['ftu predi', 'predict'],
    ['ftu predict --hyst', 'predict --hysteresis'],
    ['ftu predict --views refe', 'predict --views reference'],
    ['ftu train --encoder resnet1', 'train --encoder resnet18'],
    ['ftu predict --slides my', 'predict --slides my slide.tif'],
    ['ftu help tu', 'help tune'],
    ['ftu info my', 'info my slide.tif'],
  ])('in zsh: %s (needs zsh)', async (typed, called) => {
    expect(await zshCompletes(typed)).toBe(called);
  });
});
