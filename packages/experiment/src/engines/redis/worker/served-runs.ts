/** The runs that a worker does, as far as it can: looked for in the queue again and again. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { readQueueFile, redisFolder } from '../queue-file.js';
import { cancelledSession, isWaitedFor, readRuns } from '../registry.js';
import type { QueueServer } from '../server/open-server.js';
import { type Deliveries, openDeliveries } from './deliveries.js';
import { placeOfRun, type WorkerIdentity } from './served-run.js';
import type { ServedRun } from './slots.js';

export interface OpenRun extends ServedRun {
  readonly deliveries: Deliveries;
}

export interface Refusal {
  readonly sentence: string;
  /** Whoever queues the run's units is there. */
  readonly isWaitedFor: boolean;
}

export interface ServedRuns {
  /** Looks again. @returns tokens of runs that were cancelled since */
  look(): Promise<readonly string[]>;
  /** Whether its folder is still to be seen; where it is not, the next look says why. */
  isThere(run: OpenRun): Promise<boolean>;
  /** The one that had a unit last comes last. */
  inTurn(): readonly OpenRun[];
  served(run: OpenRun): void;
  /** Why runs are not done here, by token. */
  refusals(): ReadonlyMap<string, Refusal>;
  close(): Promise<void>;
}

/** @param name of the worker; no other has it */
export function createServedRuns(server: QueueServer, name: string, identity: WorkerIdentity): ServedRuns {
  const open = new Map<string, OpenRun>();
  const refusals = new Map<string, Refusal>();

  async function drop(token: string): Promise<void> {
    const run = open.get(token);
    open.delete(token);
    await run?.deliveries.close();
    run?.log.end();
  }

  async function take(token: string, session: string, out: string, unitOptions: readonly string[]): Promise<void> {
    const before = open.get(token);
    const log = before?.log ?? createWriteStream(join(redisFolder(out), `${name}.log`), { flags: 'a' });
    // A log that cannot be written is no reason to end a unit.
    if (before === undefined) log.on('error', () => undefined);
    const deliveries = before?.deliveries ?? (await openDeliveries(server, token));
    open.set(token, { token, session, out, unitOptions, log, deliveries });
  }

  return {
    async look() {
      const runs = await readRuns(server);
      for (const [token, run] of runs) {
        const known = open.get(token);
        if (known !== undefined && known.session === run?.session) continue;
        const place = await placeOfRun(token, run, identity);
        if ('refusal' in place) {
          refusals.set(token, { sentence: place.refusal, isWaitedFor: isWaitedFor(server, run) });
          await drop(token);
        } else {
          refusals.delete(token);
          await take(token, place.run.session, place.out, place.run.unitOptions);
        }
      }
      for (const token of refusals.keys()) if (!runs.has(token)) refusals.delete(token);
      const cancelled: string[] = [];
      for (const { token, session } of open.values()) {
        if (runs.has(token)) continue;
        if ((await cancelledSession(server, token)) === session) cancelled.push(token);
        await drop(token);
      }
      return cancelled;
    },
    async isThere(run) {
      if ((await readQueueFile(run.out))?.token === run.token) return true;
      await drop(run.token);
      return false;
    },
    inTurn: () => [...open.values()],
    served(run) {
      if (open.get(run.token) !== run) return;
      open.delete(run.token);
      open.set(run.token, run);
    },
    refusals: () => refusals,
    async close() {
      for (const token of [...open.keys()]) await drop(token);
    },
  };
}
