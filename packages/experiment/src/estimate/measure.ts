/** Times networks in a process of their own, within a budget of seconds for all of them. */
import { type ChildProcess, fork } from 'node:child_process';
import type { MeasureReply, MeasureRequest } from './measure-network.js';
import type { Measure, Measured } from './speeds.js';

/** The built program, found from `src/` and from `dist/` alike. */
const entry = new URL('../../dist/estimate/measure-network.js', import.meta.url);

/** Seconds for one network, while there are seconds left. */
const EACH = 3;
/** Seconds after the limit, for what was begun within it. */
const GRACE = 4;

export interface Measurer {
  readonly measure: Measure;
  /** Ends the process. */
  close(): void;
}

export interface MeasurerOptions {
  /** Seconds for everything. */
  readonly budget: number;
  readonly threads: number;
  /** Others are at work on this machine. */
  readonly busy: boolean;
}

export function createMeasurer({ budget, threads, busy }: MeasurerOptions): Measurer {
  let child: ChildProcess | undefined;
  let ended = false;
  const began = performance.now();
  const close = (): void => {
    ended = true;
    child?.kill('SIGKILL');
    child = undefined;
  };
  const start = (): ChildProcess => {
    const started = fork(entry, { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    started.on('error', close);
    return started;
  };
  const ask = (
    process: ChildProcess,
    request: MeasureRequest,
    patience: number,
  ): Promise<Measured | 'late' | undefined> =>
    new Promise((resolve) => {
      const finish = (measured: Measured | 'late' | undefined): void => {
        clearTimeout(timer);
        process.off('message', answer);
        process.off('exit', died);
        resolve(measured);
      };
      const died = (): void => {
        child = undefined;
        finish(undefined);
      };
      const outOfTime = (): void => {
        finish('late');
        close();
      };
      const answer = ({ measured }: MeasureReply): void => finish(measured);
      const timer = setTimeout(outOfTime, 1000 * patience);
      process.once('message', answer);
      process.once('exit', died);
      process.send(request);
    });
  return {
    async measure(what) {
      const left = budget - (performance.now() - began) / 1000;
      if (ended || left <= 0) return 'late';
      child ??= start();
      return ask(child, { what, limit: Math.min(EACH, left), threads, busy }, left + GRACE);
    },
    close,
  };
}
