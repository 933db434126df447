/** The programs that a check starts: `ftu` as a user does, and others; and what they say when they fail. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
export const main = fileURLToPath(new URL('../../packages/cli/bin/ftu.js', import.meta.url));

/** Lines of a program's output that a report keeps. */
const KEPT_LINES = 20;
/** How the last line of a failed `ftu --json` begins. */
const ERROR_LINE = '{"error":';

/** A program that did not do its work: its own sentence, and the last lines of what it said. */
export class ProgramError extends Error {
  constructor(message, output) {
    super(message);
    const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.startsWith(ERROR_LINE));
    this.lines = lines.slice(-KEPT_LINES);
  }
}

/** Something that a row needs and that is not here, which is no failure. */
export class NotAvailable extends Error {}

/**
 * Runs a program to its end.
 * @returns exit `code` (undefined where there is no such program), `stdout` and `stderr`
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (text) => {
      stdout += text;
    });
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    child.on('error', () => resolve({ code: undefined, stdout, stderr }));
    child.on('close', (code, signal) => resolve({ code: code ?? signal, stdout, stderr }));
  });
}

/** The last line that says something. */
export const lastLine = (text) => text.trim().split('\n').at(-1) ?? '';

/** The sentence of a failed `ftu --json` without what it is about, which is clear here; its last line where it is no JSON. */
function reasonOf(stderr) {
  try {
    const { message, subject } = JSON.parse(stderr.split('\n').find((line) => line.startsWith(ERROR_LINE))).error;
    return message.replace(`${subject}: `, '').replace(/\.$/, '');
  } catch {
    return lastLine(stderr);
  }
}

/**
 * Makes a function that runs `ftu ... --json` in a folder.
 * @returns a function from arguments to the document that the command prints; it throws a `ProgramError` with the command's own sentence
 */
export function startFtu({ main: program, folder, env }) {
  return async (...args) => {
    const words = [program, ...args.map(String), '--json', '--quiet'];
    const { code, stdout, stderr } = await run(process.execPath, words, { cwd: folder, env });
    // 3: done, with warnings.
    if (code !== 0 && code !== 3) throw new ProgramError(reasonOf(stderr) || `ftu ${args[0]} ended by ${code}`, stderr);
    return JSON.parse(stdout);
  };
}
