/**
 * Ctrl-C, SIGTERM and SIGHUP. The first asks the command to stop, which it does at its next safe place; where that takes too long the
 * process ends as it is. All files are then in order: what is unfinished lies under a temporary name, and is removed here.
 */
import process from 'node:process';
import { ending } from './ending.js';
import { type StopSignal, stoppedCode, stopSignals } from './exit-code.js';

/** How long a command may take to stop in order. */
const GRACE_MILLISECONDS = 1200;
/** When the process ends although the event loop does not answer. */
const FIRST_MILLISECONDS = 1800;
const SECOND_MILLISECONDS = 200;
/** How long a file may take whose content is complete, such as the state of a training. */
const WRITING_MILLISECONDS = 10_000;
/** A closing terminal and programs such as npm send the same signal twice, at almost the same time. */
const SAME_MILLISECONDS = 50;
const LOOK_MILLISECONDS = 50;

/** What is known of files that are being written. */
export interface OpenFiles {
  /** Whether one is on its way to the disk whose content is complete. */
  isWritingWhole(): boolean;
  removePending(): void;
}

export interface StopWatch {
  /** Aborted by the first signal, with its name. */
  readonly signal: AbortSignal;
  /** Looks after files from now on. */
  watchFiles(files: OpenFiles): void;
  /** An error that nobody caught ends the process with a sentence, and without what is unfinished. */
  watchErrors(describe: (error: unknown) => string): void;
  /** Ends the process with an exit code: at once if it was told to stop, else when nothing is left to do. */
  end(code: number): void;
}

/** Listens to the signals from now on; to be called once, before anything that takes time. */
export function watchSignals(): StopWatch {
  const abort = new AbortController();
  let files: OpenFiles | undefined;
  let asked: { readonly name: StopSignal; readonly at: number } | undefined;

  const leave = (code: number): never => {
    files?.removePending();
    return ending.leave(code);
  };
  const atOnce = (name: StopSignal): never => {
    process.stderr.write('\nftu: stopped at once; what was finished is kept\n');
    return leave(stoppedCode(name));
  };
  const stopInTime = (name: StopSignal): void => {
    const began = performance.now();
    let extended = false;
    setInterval(() => {
      const passed = performance.now() - began;
      if (files?.isWritingWhole() === true && passed < WRITING_MILLISECONDS) {
        if (!extended) ending.extend(WRITING_MILLISECONDS);
        extended = true;
      } else if (passed > GRACE_MILLISECONDS) {
        atOnce(name);
      }
    }, LOOK_MILLISECONDS);
  };
  for (const name of stopSignals) {
    process.on(name, () => {
      const before = asked;
      const now = performance.now();
      if (before?.name === name && now - before.at < SAME_MILLISECONDS) return;
      asked = { name, at: now };
      if (before !== undefined) atOnce(name);
      abort.abort(name);
      stopInTime(name);
    });
  }
  ending.guard(FIRST_MILLISECONDS, SECOND_MILLISECONDS);
  return {
    signal: abort.signal,
    watchFiles: (open) => {
      files = open;
    },
    watchErrors: (describe) => {
      process.on('uncaughtException', (error) => {
        process.stderr.write(`\n${describe(error)}`);
        leave(1);
      });
    },
    end: (code) => {
      if (abort.signal.aborted) leave(code);
      process.exitCode = code;
    },
  };
}
