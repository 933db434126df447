/** The queue of one run, over BullMQ: units go in, and what became of their deliveries comes out. It is not believed: records say what is done. */
import type { Job, Queue } from 'bullmq';
import { z } from 'zod';
import { KEY_PREFIX } from './registry.js';
import type { QueueServer } from './server/open-server.js';

/** Of BullMQ; its keys begin with the prefix and this. */
export const queueName = (token: string): string => `run-${token}`;

export const unitJobSchema = z.object({
  /** No option of a program is a unit. */
  unit: z.string().regex(/^[^-]/),
  /** Digest of its step, by the process that queued it. */
  step: z.string().regex(/^[0-9a-f]+$/),
});

export type UnitJob = z.output<typeof unitJobSchema>;

/** Exit code of a unit that goes on later. */
export const LATER = 75;

/** What a worker says of a unit. */
export const answerSchema = z.object({
  /** Exit code of `ftu unit`; null: a signal that nobody of us sent ended it. */
  code: z.number().nullable(),
  host: z.string(),
  /** Its last sentence; empty where it had none. */
  said: z.string(),
});

export type UnitAnswer = z.output<typeof answerSchema>;

export interface Delivered extends UnitJob {
  /** Undefined: its worker was lost again and again. */
  readonly answer: UnitAnswer | undefined;
}

export interface UnitQueue {
  /** Units that are in it already stay as they are. */
  add(units: readonly (UnitJob & { readonly delay: number })[]): Promise<void>;
  /** What has ended since the last call, and takes it out. */
  takeEnded(): Promise<readonly Delivered[]>;
  counts(): Promise<Readonly<Record<'waiting' | 'active' | 'delayed' | 'ended', number>>>;
  /** Removes the queue with all that is in it. */
  remove(): Promise<void>;
  close(): Promise<void>;
}

/** Letters that BullMQ gives no meaning. A unit of an edited recipe is another one. */
const jobIdOf = ({ unit, step }: UnitJob): string => `u-${step}-${Buffer.from(unit).toString('base64url')}`;

const AT_ONCE = 500;

function deliveredOf({ data, returnvalue }: Job): Delivered[] {
  const job = unitJobSchema.safeParse(data).data;
  return job === undefined ? [] : [{ ...job, answer: answerSchema.safeParse(returnvalue).data }];
}

export async function openUnitQueue({ client }: QueueServer, token: string): Promise<UnitQueue> {
  const { Queue: BullQueue } = await import('bullmq');
  const options = { connection: client, prefix: KEY_PREFIX, skipMetasUpdate: true };
  const queue: Queue = new BullQueue(queueName(token), options);
  // Lost connections are told of by the connection itself.
  queue.on('error', () => undefined);
  return {
    async add(units) {
      for (let from = 0; from < units.length; from += AT_ONCE) {
        const jobs = units.slice(from, from + AT_ONCE).map(({ delay, ...job }) => {
          return { name: 'unit', data: job, opts: { jobId: jobIdOf(job), delay } };
        });
        await queue.addBulk(jobs);
      }
    },
    async takeEnded() {
      const jobs: (Job | undefined)[] = await queue.getJobs(['completed', 'failed'], 0, AT_ONCE - 1);
      const known = jobs.filter((job) => job !== undefined);
      // One that is gone already needs no removing.
      await Promise.allSettled(known.map((job) => job.remove()));
      return known.flatMap(deliveredOf);
    },
    async counts() {
      const { waiting = 0, active = 0, delayed = 0, completed = 0, failed = 0 } = await queue.getJobCounts();
      return { waiting, active, delayed, ended: completed + failed };
    },
    remove: () => queue.obliterate({ force: true }),
    close: () => queue.close(),
  };
}
