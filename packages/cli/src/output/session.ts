/** What one command line says and where: results on standard output, everything else on standard error. */
import process from 'node:process';
import { visibleText } from '@ftuseg/core';
import type { CommandContext } from '../parser/command.js';
import type { Painter } from './colour.js';
import { causesOf, type ExitCode, reportOf } from './errors.js';
import { createProgressLine, type Terminal } from './progress.js';

/** How much is said, by the options that every command has. */
export interface OutputMode {
  /** Errors and results only, and warnings that a person must read. */
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** The result is one JSON document. */
  readonly json: boolean;
}

export interface SessionOptions {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Of standard error. */
  readonly terminal: Terminal;
  readonly painter: Painter;
  readonly signal: AbortSignal;
  readonly args: readonly string[];
  readonly commands: CommandContext['commands'];
}

export interface Session {
  readonly context: CommandContext;
  /** To be called before a command begins. */
  setMode(mode: Partial<OutputMode>): void;
  /** Ends a command that came to its end. */
  finish(result: unknown): void;
  /** @returns the exit code of a command that ended with an error */
  fail(error: unknown): ExitCode;
  /** The exit code as far as is known. */
  exitCode(): ExitCode;
}

export function createSession({ stdout, stderr, terminal, painter, signal, args, commands }: SessionOptions): Session {
  const line = createProgressLine(stderr, terminal);
  const began = performance.now();
  let mode: OutputMode = { quiet: false, verbose: false, json: false };
  let code: ExitCode = 0;
  const say = (text: string): void => {
    line.clear();
    stderr(`${text}\n`);
  };
  const print = (text: string): void => {
    line.clear();
    stdout(`${visibleText(text)}\n`);
  };
  const detail = (text: string): void => {
    if (mode.verbose) say(visibleText(text));
  };
  const context: CommandContext = {
    signal,
    args,
    print: (text) => {
      if (!mode.json) print(text);
    },
    note: (text) => {
      if (!mode.quiet) say(visibleText(text));
    },
    warn: (text) => {
      say(`${painter.yellow('warning:')} ${visibleText(text)}`);
      if (code === 0) code = 3;
    },
    detail,
    progress: (text) => {
      if (!mode.quiet) line.update(text);
    },
    goOnLater: () => {
      code = 75;
    },
    commands,
  };
  return {
    context,
    setMode: (given) => {
      mode = { ...mode, ...given };
    },
    finish: (result) => {
      if (mode.json) print(JSON.stringify(result, null, 2));
      line.clear();
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      const memory = Math.round(process.resourceUsage().maxRSS / 1024);
      detail(`${seconds} s, at most ${memory} MiB of memory`);
    },
    fail: (error) => {
      line.clear();
      const report = reportOf(error, signal, mode.verbose);
      if (report === undefined) return 0;
      if (mode.verbose) for (const cause of causesOf(error)) say(`because of ${cause}`);
      if (mode.json) stderr(`${JSON.stringify({ error: report })}\n`);
      else if (report.message !== '') say(`${painter.red('ftu:')} ${report.message}`);
      return report.exitCode;
    },
    exitCode: () => code,
  };
}
