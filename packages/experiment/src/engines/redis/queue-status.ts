/** What the queue of a run says: how many units are in it, and which workers are there. */
import { FtuError } from '@ftuseg/core';
import { readQueueFile } from './queue-file.js';
import { markCancelled, readRun, readWorkers, removeRun } from './registry.js';
import { PASSWORD_VARIABLE, type QueueAddress, readQueueAddress } from './server/address.js';
import { openQueueServer, type QueueServer } from './server/open-server.js';
import { openUnitQueue } from './unit-queue.js';

export interface WorkerStatus {
  readonly host: string;
  readonly slots: number;
  /** Units of this run that it is at. */
  readonly units: readonly string[];
  /** Why it does not do the run; null: it does. */
  readonly refusal: string | null;
}

export interface QueueStatus {
  /** Without user and password. */
  readonly address: string;
  readonly waiting: number;
  readonly active: number;
  /** To be tried later. */
  readonly delayed: number;
  /** Seconds since the process that queues units gave a sign of life; null: there is none. */
  readonly seconds: number | null;
  readonly workers: readonly WorkerStatus[];
}

interface Asked {
  readonly server: QueueServer;
  readonly token: string;
}

export interface QueueOptions {
  /** As a person named it, with its password; unset: what the run's folder names, which gets no password, since the folder may be of somebody else. */
  readonly address?: QueueAddress | undefined;
  readonly signal?: AbortSignal | undefined;
}

async function openNamed(named: string, { address, signal }: QueueOptions): Promise<QueueServer> {
  try {
    return await openQueueServer(address ?? readQueueAddress(named, {}), { signal, note: () => undefined });
  } catch (error) {
    if (address !== undefined || !(error instanceof FtuError) || !/needs a password/.test(error.problem)) throw error;
    throw new FtuError(error.code, error.problem, {
      subject: named,
      hint: `say \`--queue ${named}\`, with the password in ${PASSWORD_VARIABLE}: what a folder names gets none`,
    });
  }
}

/** @returns undefined where the run has no queue */
async function atQueue<T>(
  out: string,
  options: QueueOptions,
  work: (asked: Asked) => Promise<T>,
): Promise<T | undefined> {
  const file = await readQueueFile(out);
  if (file === undefined) return undefined;
  const { signal } = options;
  const server = await openNamed(file.address, options);
  const stop = (): void => server.close();
  signal?.addEventListener('abort', stop);
  try {
    return await work({ server, token: file.token });
  } catch (error) {
    if (signal?.aborted === true) throw new FtuError('cancelled', 'stopped', { cause: error });
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    server.close();
  }
}

/**
 * @param out absolute folder of an experiment
 * @returns undefined where it was never queued with `--on redis://...`
 * @throws {FtuError} `unavailable` where the queue cannot be asked; `cancelled`
 */
export const queueStatus = (out: string, options: QueueOptions): Promise<QueueStatus | undefined> =>
  atQueue(out, options, async ({ server, token }) => {
    const run = await readRun(server, token);
    const queue = await openUnitQueue(server, token);
    const { waiting, active, delayed } = await queue.counts();
    const workers = (await readWorkers(server)).flatMap(({ isAlive, host, slots, units, refuses }): WorkerStatus[] => {
      const refusal = refuses[token] ?? null;
      const own = units.flatMap(([of, unit]) => (of === token ? [unit] : []));
      return isAlive || refusal !== null ? [{ host, slots, units: own, refusal }] : [];
    });
    const seconds = run === undefined ? null : Math.max(0, Math.round((server.now() - run.seen) / 1000));
    return { address: server.address.shown, waiting, active, delayed, seconds, workers };
  });

export interface CancelledQueue {
  readonly address: string;
  /** Units that were in the queue, and those of them that were at work. */
  readonly units: number;
  readonly active: number;
}

/**
 * Takes a run out of its queue. Workers stop the units that they are at, and whoever queues more ends.
 * @returns undefined where it was never queued with `--on redis://...`
 * @throws {FtuError} `unavailable` where the queue cannot be asked; `cancelled`
 */
export const cancelQueue = (out: string, options: QueueOptions): Promise<CancelledQueue | undefined> =>
  atQueue(out, options, async ({ server, token }) => {
    const queue = await openUnitQueue(server, token);
    const { waiting, active, delayed } = await queue.counts();
    const run = await readRun(server, token);
    if (run === undefined) await removeRun(server, token);
    else await markCancelled(server, token, run.session);
    await queue.remove();
    return { address: server.address.shown, units: waiting + active + delayed, active };
  });
