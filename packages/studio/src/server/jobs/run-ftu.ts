/** Starts `ftu` as a program of its own: what it says goes to a file, so that it goes on and can be read whatever becomes of the studio. */
import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { FtuError } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';
import { z } from 'zod';
import { COMMAND } from '../../jobs/progress.js';

export interface FtuProcess {
  readonly pid: number;
  /** Resolves with the exit code; 128 and the signal's number for one that a signal ended. */
  readonly ended: Promise<number>;
  /** Asks it to stop in order. */
  readonly stop: () => void;
}

/** As shells know a death by a signal. */
const KILLED: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGTERM: 143 };

const started = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });

/**
 * @param program the program and first arguments that start `ftu`
 * @param args of this run
 * @param folder that it works in
 * @param log file that what it says is appended to
 * @throws {FtuError} `io` where the log cannot be written, `unavailable` where the program cannot be started
 */
export async function startFtu(
  [program = '', ...first]: readonly string[],
  args: readonly string[],
  { folder, log }: { readonly folder: string; readonly log: string },
): Promise<FtuProcess> {
  const file = await open(log, 'a').catch((cause: unknown) => {
    throw ioError(cause, log, 'be written');
  });
  try {
    await file.write(`${COMMAND}ftu ${args.join(' ')}\n`);
    // A group of its own: Ctrl-C in the studio's terminal would reach it as well, and a second signal ends a command at once.
    const detached = process.platform !== 'win32';
    const child = spawn(program, [...first, ...args], {
      cwd: folder,
      detached,
      windowsHide: true,
      stdio: ['ignore', file.fd, file.fd],
    });
    await started(child).catch((cause: unknown) => {
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw new FtuError('unavailable', `ftu cannot be started (${problem})`, { cause });
    });
    const ended = new Promise<number>((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? KILLED[signal ?? ''] ?? 1));
    });
    return { pid: child.pid ?? 0, ended, stop: () => void child.kill('SIGTERM') };
  } finally {
    await file.close();
  }
}

/** Bytes of an answer that is kept. */
const MAX_ANSWER = 4 << 20;

/**
 * Runs `ftu` with `--json` to its end and reads the document that it prints.
 * @param signal stops it
 * @throws {FtuError} `bad-input` with the sentence that it ends with
 */
export async function askFtu(
  [program = '', ...first]: readonly string[],
  args: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<unknown> {
  const child = spawn(program, [...first, ...args, '--json'], {
    cwd: folder,
    signal,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [answer, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (answer.length < MAX_ANSWER) answer += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_ANSWER);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((cause: unknown) => {
    throw new FtuError('unavailable', 'ftu cannot be started', { cause });
  });
  if (code === 0 || code === 3) {
    try {
      return JSON.parse(answer);
    } catch (cause) {
      throw new FtuError('bad-input', 'ftu did not answer with a document', { cause });
    }
  }
  throw new FtuError('bad-input', failureOf(said) ?? `ftu ended with exit code ${code}`);
}

const errorSchema = z.object({ error: z.object({ message: z.string() }) });

/** The message of `{"error": ...}`, which `--json` makes of an error. */
function jsonMessage(line: string): string | undefined {
  try {
    return errorSchema.safeParse(JSON.parse(line)).data?.error.message;
  } catch {
    return undefined;
  }
}

/** The sentence that a failed command ends with; undefined where it said none. */
export function failureOf(said: string): string | undefined {
  const sentences = said.split('\n').flatMap((line) => /^ftu: (.+)$/.exec(line)?.[1] ?? jsonMessage(line) ?? []);
  return sentences.at(-1)?.replace(/\.$/, '');
}

/** Sentences that a command warned with. */
export const warningsOf = (said: string): string[] =>
  said.split('\n').flatMap((line) => /^warning: (.+)$/.exec(line)?.[1] ?? []);
