/** An error as people and programs read it, and the exit code that goes with it. */
import process from 'node:process';
import { FtuError, visibleLine, visibleText } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';
import { CommanderError } from 'commander';
import { UsageError } from '../parser/usage-error.js';
import { type StoppedCode, stoppedCode } from '../stop/exit-code.js';

/**
 * 0: done; 1: bad input or a failed run; 2: wrong usage; 3: done, but with gaps, such as parts of a slide that could not be read; 75 (`EX_TEMPFAIL` of
 * sysexits): a unit is to be tried again later; 130, 143, 129: stopped by Ctrl-C, SIGTERM, SIGHUP.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 75 | StoppedCode;

/** What `--json` makes of an error: one line of JSON on standard error, `{"error": ...}`. */
export interface ErrorReport {
  /** `usage`, `stopped`, `unexpected`, or the code of an `FtuError`. */
  readonly code: string;
  /** One sentence. */
  readonly message: string;
  /** The file or setting at fault. */
  readonly subject?: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly exitCode: ExitCode;
}

const isDebugging = (verbose: boolean): boolean => verbose || process.env.FTU_DEBUG !== undefined;

/** A defect of ours, in a line; with its stack where that was asked for. */
export function describeUnexpected(error: unknown, verbose = false): string {
  const debug = isDebugging(verbose);
  const text = error instanceof Error ? (debug ? error.stack : error.message) : String(error);
  return `unexpected failure: ${visibleText(text ?? '')}${debug ? '' : ' (FTU_DEBUG=1 shows where)'}`;
}

/** What commander says of a command line, without its own prefix and lines. */
const usageText = (message: string): string =>
  visibleLine(message.replace(/^error: /, '').replaceAll(/\n\(Did you mean (.*)\?\)/g, '; did you mean $1?'));

/** A failed call of the system that nobody on the way knew more about: a full disk, a file that went away. */
function systemFailure(error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : 'a file';
  return ioError(error, path, error.syscall === 'write' ? 'be written' : 'be used');
}

/** @returns undefined where nothing is wrong: help or the version was asked for */
export function reportOf(thrown: unknown, signal: AbortSignal, verbose: boolean): ErrorReport | undefined {
  const error = systemFailure(thrown);
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return undefined;
    // Without a command the help has been shown.
    const message = error.code === 'commander.help' ? '' : usageText(error.message);
    return { code: 'usage', message, exitCode: 2 };
  }
  if (error instanceof UsageError) return { code: 'usage', message: visibleLine(error.message), exitCode: 2 };
  if (error instanceof FtuError) {
    const stopped = signal.aborted || error.code === 'cancelled';
    return {
      code: error.code,
      message: visibleLine(error.message).replace(/(?<![.?])$/, '.'),
      ...(error.subject === undefined ? {} : { subject: error.subject }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      exitCode: stopped ? stoppedCode(signal) : 1,
    };
  }
  if (signal.aborted) return { code: 'stopped', message: 'stopped.', exitCode: stoppedCode(signal) };
  return { code: 'unexpected', message: describeUnexpected(error, verbose), exitCode: 1 };
}

/** What lies under an error, from the outside in. */
export function causesOf(error: unknown): string[] {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause === undefined) return [];
  return [visibleText(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)), ...causesOf(cause)];
}
