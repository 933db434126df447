/** A unit in a process of its own: the worker that started it stays free to renew its lock. */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { PASSWORD_VARIABLE } from '../server/address.js';

export interface EndedUnit {
  /** Null: a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Its last sentence on standard error. */
  readonly said: string;
}

export interface UnitProcess {
  readonly ended: Promise<EndedUnit>;
  /** Asks it to stop; what it has finished is kept. */
  stop(): void;
}

export interface UnitCommand {
  /** The program and its first arguments. */
  readonly program: readonly string[];
  /** Absolute folder of the experiment. */
  readonly out: string;
  readonly unit: string;
  readonly options: readonly string[];
  /** Of the processor, where the run does not say. */
  readonly threads: number;
  readonly log: Writable;
}

/**
 * The password is for the worker alone. OMP_NUM_THREADS changes how libtorch computes even where `--threads` says how many: where the run says it, no host's own
 * counts, and where it does not, the worker's slots share the processors.
 */
function environmentOf(options: readonly string[], threads: number): NodeJS.ProcessEnv {
  const { [PASSWORD_VARIABLE]: _, OMP_NUM_THREADS: own = String(threads), ...env } = process.env;
  return options.includes('--threads') ? env : { ...env, OMP_NUM_THREADS: own };
}

const LETTERS = 600;

export function startUnit({ program, out, unit, options, threads, log }: UnitCommand): UnitProcess {
  const [command = '', ...first] = program;
  // The channel closes when the worker dies, however it dies; `ftu unit` then stops.
  const child = spawn(command, [...first, 'unit', out, unit, ...options], {
    env: environmentOf(options, threads),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  const write = (line: string): boolean => log.write(`${unit}: ${line}\n`);
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', write);
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      write(line);
      if (line.trim() !== '')
        said = line
          .trim()
          .replace(/^ftu: /, '')
          .slice(0, LETTERS);
    });
  }
  const ended = new Promise<EndedUnit>((resolve) => {
    child.on('error', (error) => resolve({ code: 127, signal: null, said: error.message }));
    child.on('close', (code, signal) => resolve({ code, signal, said }));
  });
  return { ended, stop: () => child.kill('SIGTERM') };
}
