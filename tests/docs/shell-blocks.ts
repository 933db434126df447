/** Shell examples of the documentation, and a shell in an empty folder to run them in. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const root = fileURLToPath(new URL('../../', import.meta.url));

const command = `node "${root}packages/cli/bin/ftu.js"`;

/** Contents of the fenced blocks of one language, in order. */
export function fencedBlocks(markdown: string, language: string): string[] {
  const blocks = markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'));
  return [...blocks].map((match) => match[1] ?? '');
}

/** Shell blocks, less those that the paragraph before them says are not run by the tests; the reason follows. */
export function runnableBlocks(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap((match) => {
    const before =
      markdown
        .slice(0, match.index)
        .trimEnd()
        .split(/\n\s*\n/)
        .at(-1) ?? '';
    return /not run by the tests: \S/i.test(before) ? [] : [match[1] ?? ''];
  });
}

/** Commands that stand in indented lines, where no test would find them. */
export function commandLines(markdown: string): string[] {
  const text = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
  return text.split('\n').filter((line) => /^ {4}(npx |ftu |make |node )/.test(line));
}

/** @param path from the root of the repository */
export async function shellBlocks(path: string): Promise<string[]> {
  return runnableBlocks(await readFile(`${root}${path}`, 'utf8'));
}

/** What a test changes in an example so that it takes seconds: each text must be there. */
export type Substitutions = readonly (readonly [from: string, to: string])[];

/** @throws Error if a substitution no longer fits the documentation */
export function shrink(script: string, substitutions: Substitutions): string {
  return substitutions.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`no example has "${from}"`);
    return text.replaceAll(from, to);
  }, script);
}

/** @throws Error with the output of the script if any command fails */
export async function runScript(script: string, folder: string): Promise<string> {
  const text = script.replaceAll(/^(?:npx )?ftu /gm, `${command} `);
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', text], { cwd: folder, maxBuffer: 2 ** 26 });
  return stdout;
}
