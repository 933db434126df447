/** The command line as a function: arguments in, exit code out, so that tests run it without a process. */
import process from 'node:process';
import { FtuError, visibleLine, visibleText } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';
import { Command, CommanderError } from 'commander';
import { demo } from './commands/experiment/demo.js';
import { publish } from './commands/experiment/publish.js';
import { run } from './commands/experiment/run.js';
import { evaluate } from './commands/prediction/evaluate.js';
import { exportModel } from './commands/prediction/export.js';
import { predict } from './commands/prediction/predict.js';
import { tune } from './commands/prediction/tune.js';
import { doctor } from './commands/program/doctor.js';
import { convert } from './commands/slides/convert.js';
import { info } from './commands/slides/info.js';
import { synth } from './commands/slides/synth.js';
import { prepare } from './commands/training/prepare.js';
import { tiles } from './commands/training/tiles.js';
import { train } from './commands/training/train.js';
import { createProgressLine } from './output/progress.js';
import { type CommandContext, register } from './parser/command.js';
import { UsageError } from './parser/usage-error.js';
import { type StoppedCode, stoppedCode } from './stop/exit-code.js';
import { version } from './version.js';

export interface RunOptions {
  /** Aborted with the name of the system's signal. */
  readonly signal?: AbortSignal;
  readonly stdout?: (text: string) => void;
  readonly stderr?: (text: string) => void;
  /** Whether `stderr` is a terminal, where a line can be rewritten. */
  readonly isTerminal?: boolean;
}

/**
 * 0: done; 1: bad input or a failed run; 2: wrong usage; 3: done, but with gaps, such as parts of a slide that could not be read; 130, 143, 129:
 * stopped by Ctrl-C, SIGTERM, SIGHUP.
 */
export type ExitCode = 0 | 1 | 2 | 3 | StoppedCode;

function report(error: unknown, stderr: (text: string) => void, signal: AbortSignal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    stderr(`ftu: ${visibleLine(error.message)}\n`);
    return 2;
  }
  if (error instanceof FtuError) {
    stderr(`ftu: ${visibleLine(error.message).replace(/(?<![.?])$/, '.')}\n`);
    return signal.aborted || error.code === 'cancelled' ? stoppedCode(signal) : 1;
  }
  if (signal.aborted) {
    stderr('ftu: stopped.\n');
    return stoppedCode(signal);
  }
  stderr(isSystemError(error) ? `ftu: ${visibleLine(systemFailure(error).message)}.\n` : describeUnexpected(error));
  return 1;
}

/** A failed call of the system that nobody on the way knew more about: a full disk, a file that went away. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error;

const systemFailure = (error: NodeJS.ErrnoException): FtuError =>
  ioError(error, error.path ?? 'a file', error.syscall === 'write' ? 'be written' : 'be used');

/** A defect of ours, in a line. */
export function describeUnexpected(error: unknown): string {
  const debug = process.env.FTU_DEBUG !== undefined;
  const text = error instanceof Error ? (debug ? error.stack : error.message) : String(error);
  return `ftu: unexpected failure: ${visibleText(text ?? '')}${debug ? '' : ' (FTU_DEBUG=1 shows where)'}\n`;
}

/**
 * Runs one command line, without the leading `ftu`.
 *
 * @example
 * const code = await runFtu(['evaluate', '--truth', 'slides.csv', '--predictions', 'out']);
 */
export async function runFtu(args: readonly string[], options: RunOptions = {}): Promise<ExitCode> {
  const stdout = options.stdout ?? ((text: string) => process.stdout.write(text));
  const stderr = options.stderr ?? ((text: string) => process.stderr.write(text));
  const { signal = new AbortController().signal } = options;
  const line = createProgressLine(stderr, options.isTerminal ?? false);
  let code: ExitCode = 0;
  const context: CommandContext = {
    signal,
    print: (text) => {
      line.clear();
      stdout(`${visibleText(text)}\n`);
    },
    note: (text) => {
      line.clear();
      stderr(`${visibleText(text)}\n`);
    },
    progress: line.update,
    incomplete: () => {
      code = 3;
    },
  };
  // What commander complains of is what was typed.
  const output = {
    writeOut: (text: string) => stdout(visibleText(text)),
    writeErr: (text: string) => stderr(visibleText(text)),
  };
  const program = new Command('ftu')
    .description('Find functional tissue units, glomeruli first, in kidney slides.')
    .version(version)
    .exitOverride()
    .showHelpAfterError(false)
    .configureOutput(output);
  register(program, info, context);
  register(program, convert, context);
  register(program, synth, context);
  register(program, prepare, context);
  register(program, tiles, context);
  register(program, train, context);
  register(program, predict, context);
  register(program, evaluate, context);
  register(program, tune, context);
  register(program, exportModel, context);
  register(program, publish, context);
  register(program, doctor, context);
  register(program, run, context);
  register(program, demo, context);
  for (const command of program.commands) command.configureOutput(output);
  try {
    await program.parseAsync([...args], { from: 'user' });
    line.clear();
    return code;
  } catch (error) {
    line.clear();
    return report(error, stderr, signal);
  }
}
