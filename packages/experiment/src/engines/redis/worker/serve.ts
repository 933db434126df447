/**
 * `ftu worker`: takes units of the runs at a queue, as many at a time as it has slots, each in a process of its own. This process computes nothing: it keeps the units' places in the
 * queue, and a queue that does not answer is waited for.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { FtuError } from '@ftuseg/core';
import { usableThreads } from '@ftuseg/files';
import { engineCode, requireSameCode } from '../../engine-code.js';
import { writeWorker } from '../registry.js';
import type { QueueAddress } from '../server/address.js';
import { openQueueServer, type QueueServer } from '../server/open-server.js';
import { RENEW_MILLISECONDS } from './deliveries.js';
import { createServedRuns, type ServedRuns } from './served-runs.js';
import { createSlots, type Slots } from './slots.js';

export interface WorkerOptions {
  readonly address: QueueAddress;
  /** Absolute folder under which the runs' root lies on this host; undefined: under the name that it has on the run's host. */
  readonly root: string | undefined;
  /** Units at a time. */
  readonly slots: number;
  /** The program that does a unit, as absolute paths: Node and the script of `ftu`. */
  readonly program: readonly string[];
  readonly version: string;
  readonly signal: AbortSignal;
  /** One line that stays. */
  readonly note: (text: string) => void;
  /** One line that the next replaces. */
  readonly progress: (text: string) => void;
}

const LOOK_MILLISECONDS = 2000;
const IDLE_MILLISECONDS = 400;
/** After an error of the queue, such as memory that is full. */
const ERROR_MILLISECONDS = 5000;
/** How long units that are stopped may take before this process ends without them. */
const STOP_MILLISECONDS = 1000;

interface Service {
  readonly server: QueueServer;
  readonly runs: ServedRuns;
  readonly slots: Slots;
  /** Tells the queue who is here. */
  sign(ended: boolean): Promise<void>;
  /** Told before. */
  readonly told: Set<string>;
}

/** @throws {FtuError} `unavailable` where there is no run that this worker can do, and somebody waits for one that it cannot, or where its own code has changed */
async function look({ runs, slots, sign, told }: Service, note: (text: string) => void): Promise<void> {
  await requireSameCode('start the worker anew; its units went back to the queue');
  for (const token of await runs.look()) {
    note('a run was cancelled; its units are stopped');
    slots.stopRun(token);
  }
  const refusals = [...runs.refusals().values()];
  const asked = refusals.find(({ isWaitedFor }) => isWaitedFor);
  if (asked !== undefined && runs.inTurn().length === 0 && slots.units().length === 0) {
    await sign(true);
    throw new FtuError('unavailable', asked.sentence);
  }
  for (const { sentence } of refusals) {
    if (!told.has(sentence)) note(sentence);
    told.add(sentence);
  }
  await sign(false);
}

/** Starts a unit of the first run that has one. @returns whether there was one */
async function startNext({ runs, slots }: Service): Promise<boolean> {
  for (const run of runs.inTurn()) {
    if (!(await runs.isThere(run))) continue;
    const delivery = await run.deliveries.next();
    if (delivery === undefined) continue;
    slots.start(run, delivery);
    runs.served(run);
    return true;
  }
  return false;
}

/** Ends when it is stopped, too. */
const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);

/** Keeps the units' places until it is stopped. @returns stops */
function keepPlaces(slots: Slots): () => void {
  let isBusy = false;
  const timer = setInterval(async () => {
    if (isBusy) return;
    isBusy = true;
    // A queue that does not answer is told of elsewhere.
    await slots.renew().catch(() => undefined);
    isBusy = false;
  }, RENEW_MILLISECONDS);
  return () => clearInterval(timer);
}

async function work(service: Service, { note, progress, signal }: WorkerOptions): Promise<void> {
  const { runs, slots } = service;
  let nextLook = 0;
  let lastError = '';
  while (!signal.aborted) {
    try {
      if (performance.now() >= nextLook) {
        await look(service, note);
        nextLook = performance.now() + LOOK_MILLISECONDS;
      }
      const broken = slots.broken();
      if (broken !== undefined)
        throw new FtuError('unavailable', broken, { hint: 'install ftuseg and Node anew here' });
      const started = slots.isFree() && (await startNext(service));
      const count = slots.units().length;
      progress(`units at work: ${count}, runs in the queue: ${runs.inTurn().length}`);
      lastError = '';
      if (!started) await slots.sleep(IDLE_MILLISECONDS, signal);
    } catch (error) {
      if (error instanceof FtuError) throw error;
      if (signal.aborted) return;
      const text = error instanceof Error ? error.message : String(error);
      if (text !== lastError) note(`the queue refuses: ${text}; it is asked again`);
      lastError = text;
      await pause(ERROR_MILLISECONDS, signal);
    }
  }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });

/**
 * Does units until it is stopped. Whatever the queue says, a unit that is done is not done again, and of several that do the same one publishes.
 *
 * @throws {FtuError} `unavailable` in a sentence where the queue cannot be used, or has only runs that this worker cannot do: of another version, or in a folder that this host does not
 * see, or was changed under it; `cancelled` when it was stopped, with the units that went back to the queue
 * @example
 * await serveQueue({ address: readQueueAddress('redis://lab:6379'), root: '/mnt/data', slots: 2, ... });
 */
export async function serveQueue(options: WorkerOptions): Promise<void> {
  const { address, root, slots: count, program, version, signal, note } = options;
  const server = await openQueueServer(address, { signal, note });
  for (const warning of server.warnings) note(warning);
  const host = hostname();
  const name = `${host.replaceAll(/[^A-Za-z0-9]+/g, '-')}-${randomBytes(4).toString('hex')}`;
  const code = await engineCode();
  const runs = createServedRuns(server, name, { host, version, code, root });
  const threads = Math.max(1, Math.floor(usableThreads() / count));
  const slots = createSlots({ host, count, threads, program, note });
  const sign = (ended: boolean): Promise<void> => {
    const units = slots.units().map(([token, unit]): [string, string] => [token, unit]);
    const refuses = Object.fromEntries([...runs.refusals()].map(([token, { sentence }]) => [token, sentence]));
    return writeWorker(server, name, { host, slots: count, version, code, ended, units, refuses });
  };
  const service: Service = { server, runs, slots, sign, told: new Set() };
  const stopKeeping = keepPlaces(slots);
  note(`worker ${name}: units at a time: ${count}, from ${address.shown}, ftuseg ${version} with code ${code}`);
  let returned = 0;
  try {
    await Promise.race([work(service, options), untilAborted(signal)]);
  } finally {
    stopKeeping();
    const inOrder = async (): Promise<void> => {
      returned = await slots.giveBackAll();
      await sign(true);
      await slots.allEnded();
      await runs.close();
    };
    await Promise.race([inOrder().catch(() => undefined), setTimeout(STOP_MILLISECONDS)]);
    server.close();
  }
  throw new FtuError('cancelled', `the worker was stopped; units that went back to the queue: ${returned}`);
}
