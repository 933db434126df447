/** The units that a worker is at. Each is a process; its place in the queue is held until the process has ended. */
import type { WriteStream } from 'node:fs';
import { answerOf } from './answers.js';
import type { Delivery } from './deliveries.js';
import { startUnit, type UnitProcess } from './unit-process.js';

/** A run that this worker does. */
export interface ServedRun {
  readonly token: string;
  /** Of the process that queues its units. */
  readonly session: string;
  readonly out: string;
  readonly unitOptions: readonly string[];
  readonly log: WriteStream;
}

export interface SlotsOptions {
  readonly host: string;
  readonly count: number;
  /** Of the processor, for each unit, where its run does not say. */
  readonly threads: number;
  readonly program: readonly string[];
  readonly note: (text: string) => void;
}

interface Running {
  readonly run: ServedRun;
  readonly delivery: Delivery;
  readonly process: UnitProcess;
  /** By `performance.now()`. */
  readonly began: number;
  isOurs: boolean;
  hasEnded: boolean;
  isDropped: boolean;
}

export interface Slots {
  isFree(): boolean;
  units(): readonly (readonly [string, string])[];
  start(run: ServedRun, delivery: Delivery): void;
  /** Keeps the places of all units in the queue. */
  renew(): Promise<void>;
  /** Stops the units of a run that was cancelled. */
  stopRun(token: string): void;
  /** Stops all units and gives them back at once, so that another worker may have them while they stop. @returns how many */
  giveBackAll(): Promise<number>;
  allEnded(): Promise<void>;
  /** Why no unit can be started on this host, in a sentence without a stop; undefined where they can. */
  broken(): string | undefined;
  /** Waits for a unit to end, at most so many milliseconds; not at all where one has ended since the last call. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Exit codes of a program that cannot be started, or is not there. */
const CANNOT_START = 126;
const NOT_THERE = 127;

export function createSlots({ host, count, threads, program, note }: SlotsOptions): Slots {
  const running = new Set<Running>();
  let broken: string | undefined;
  let hasEnded = false;
  let wake: () => void = () => undefined;

  async function follow(one: Running): Promise<void> {
    const { run, delivery, process } = one;
    const ended = await process.ended;
    one.hasEnded = true;
    if (ended.code === CANNOT_START || ended.code === NOT_THERE) {
      broken = `${program.join(' ')} cannot be started on ${host}: ${ended.said}`;
      one.isDropped = true;
      await delivery.giveBack().catch(() => undefined);
    }
    const answer = answerOf(ended, host);
    const seconds = ((performance.now() - one.began) / 1000).toFixed(2);
    run.log.write(`${delivery.unit}: ended with ${answer.code ?? answer.said} after ${seconds} s\n`);
    if (!one.isDropped) {
      // Where the queue cannot take the answer, the unit is delivered again, and kept then.
      await delivery.answer(answer).catch((error: unknown) => {
        note(
          `${delivery.unit}: the queue did not take that it has ended: ${error instanceof Error ? error.message : error}`,
        );
      });
    }
    running.delete(one);
    hasEnded = true;
    wake();
  }

  return {
    isFree: () => running.size < count,
    units: () => [...running].map(({ run, delivery }) => [run.token, delivery.unit]),
    start(run, delivery) {
      const { out, unitOptions, log } = run;
      log.write(`${delivery.unit}: begun ${new Date().toISOString()}\n`);
      const options = [...unitOptions, '--step-digest', delivery.step];
      const process = startUnit({ program, out, unit: delivery.unit, options, threads, log });
      const one: Running = {
        run,
        delivery,
        process,
        began: performance.now(),
        isOurs: true,
        hasEnded: false,
        isDropped: false,
      };
      running.add(one);
      void follow(one);
    },
    async renew() {
      await Promise.all(
        [...running].map(async (one) => {
          const isOurs = await one.delivery.renew();
          // It goes on all the same: whoever else has it takes over what is finished, and one result is published.
          if (!isOurs && one.isOurs && !one.hasEnded)
            note(`${one.delivery.unit}: its place in the queue is lost; it goes on`);
          one.isOurs = isOurs;
        }),
      );
    },
    stopRun(token) {
      for (const one of running) {
        if (one.run.token !== token || one.isDropped) continue;
        one.isDropped = true;
        one.process.stop();
      }
    },
    async giveBackAll() {
      const all = [...running];
      for (const one of all) {
        one.isDropped = true;
        one.process.stop();
      }
      await Promise.all(all.map(({ delivery }) => delivery.giveBack()));
      return all.length;
    },
    async allEnded() {
      await Promise.all([...running].map(({ process }) => process.ended));
    },
    broken: () => broken,
    sleep(milliseconds, signal) {
      if (hasEnded || signal.aborted) {
        hasEnded = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          [hasEnded, wake] = [false, () => undefined];
          resolve();
        };
        const timer = setTimeout(done, milliseconds);
        signal.addEventListener('abort', done);
        wake = done;
      });
    },
  };
}
