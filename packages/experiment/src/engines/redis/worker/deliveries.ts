/**
 * Units of one run as a worker gets them, over BullMQ's worker. Nothing blocks in Redis: a free worker asks twice a second, so that no connection can be lost
 * unnoticed, and the lock of a unit is renewed from a process that computes nothing.
 */
import { randomUUID } from 'node:crypto';
import type { Job, Worker } from 'bullmq';
import { KEY_PREFIX } from '../registry.js';
import type { QueueServer } from '../server/open-server.js';
import { queueName, type UnitAnswer, type UnitJob, unitJobSchema } from '../unit-queue.js';

/** A unit belongs to a worker for so long after the last renewal. */
const LOCK_MILLISECONDS = 30_000;
export const RENEW_MILLISECONDS = 8000;
/** How often units whose worker is gone are looked for. */
const STALLED_MILLISECONDS = 10_000;
/** So many workers may be lost at one unit before that counts as a failure of the unit. */
const MAX_LOST = 2;
/** Looking for lost workers makes the settings of a queue anew, also of one that was just removed. Nothing is lost with them, but for the moment that removing a queue takes they are needed. */
const SETTINGS_MILLISECONDS = 60_000;

export interface Delivery extends UnitJob {
  /** @returns whether the unit is still this worker's */
  renew(): Promise<boolean>;
  /** Says what became of it; nothing where the unit is another's by now. */
  answer(answer: UnitAnswer): Promise<void>;
  /** Lets others have it at once. */
  giveBack(): Promise<void>;
}

export interface Deliveries {
  /** @returns undefined where there is nothing to do now */
  next(): Promise<Delivery | undefined>;
  close(): Promise<void>;
}

/** BullMQ's own answers for a unit that is another's by now, or is gone with the queue. */
const isNoLongerOurs = (error: unknown): boolean =>
  error instanceof Error && /Missing (lock|key)|is not in the|Lock mismatch|not locked/i.test(error.message);

async function unlessLost(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isNoLongerOurs(error)) throw error;
  }
}

function deliveryOf(job: Job, token: string): Delivery | undefined {
  const data = unitJobSchema.safeParse(job.data).data;
  if (data === undefined) return undefined;
  return {
    ...data,
    renew: async () => (await job.extendLock(token, LOCK_MILLISECONDS)) === 1,
    answer: (answer) => unlessLost(job.moveToCompleted(answer, token, false)),
    giveBack: () => unlessLost(job.moveToWait(token)),
  };
}

export async function openDeliveries({ client }: QueueServer, token: string): Promise<Deliveries> {
  const { Worker: BullWorker } = await import('bullmq');
  const worker: Worker = new BullWorker(queueName(token), undefined, {
    connection: client,
    prefix: KEY_PREFIX,
    autorun: false,
    lockDuration: LOCK_MILLISECONDS,
    stalledInterval: STALLED_MILLISECONDS,
    maxStalledCount: MAX_LOST,
  });
  // Lost connections are told of by the connection itself.
  worker.on('error', () => undefined);
  await worker.startStalledCheckTimer();
  return {
    async next() {
      const lock = randomUUID();
      const job = await worker.getNextJob(lock, { block: false });
      if (job === undefined) return undefined;
      const delivery = deliveryOf(job, lock);
      if (delivery === undefined) await unlessLost(job.moveToFailed(new Error('this names no unit'), lock));
      if (job.deferredFailure === undefined) return delivery;
      // BullMQ leaves it to whoever fetches it to say that too many workers were lost at it.
      await delivery?.answer({ code: null, host: 'several hosts', said: `${MAX_LOST + 1} workers were lost at it` });
      return undefined;
    },
    async close() {
      await worker.close(true);
      await client.pexpire(`${KEY_PREFIX}:${queueName(token)}:meta`, SETTINGS_MILLISECONDS);
    },
  };
}
