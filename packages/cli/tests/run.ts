/** Runs one `ftu` command line inside the test's process and keeps what it said. */
import { runFtu } from '../src/program.js';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function ftu(...args: readonly string[]): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const code = await runFtu(args, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
  });
  return { code, stdout, stderr };
}
