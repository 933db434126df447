/**
 * Who is at a queue: the runs that have units there, and the workers. It is what people are told, and how workers find runs; what is done only the records say.
 *
 *     ftuseg:runs               a hash: token of a run -> which run, for which code
 *     ftuseg:workers            a hash: name of a worker -> what it does, renewed every two seconds
 *     ftuseg:cancelled:TOKEN    the session that was cancelled, for a day
 *     ftuseg:run-TOKEN:*        BullMQ's queue of the run
 */
import { z } from 'zod';
import type { QueueServer } from './server/open-server.js';

/** Of all keys of the queue. */
export const KEY_PREFIX = 'ftuseg';
const RUNS = `${KEY_PREFIX}:runs`;
const WORKERS = `${KEY_PREFIX}:workers`;
const cancelledKey = (token: string): string => `${KEY_PREFIX}:cancelled:${token}`;

/** Milliseconds without a sign of life after which a process counts as gone, and after which nobody tells of it any more. */
const GONE_MILLISECONDS = 30_000;
const FORGOTTEN_MILLISECONDS = 600_000;
const CANCELLED_SECONDS = 86_400;

const runSchema = z.object({
  format: z.literal(1),
  /** Of the process that queues its units. */
  session: z.string(),
  host: z.string(),
  /** By the clock of the queue's host. */
  seen: z.number(),
  /** The experiment's folder, from the root, with `/`. */
  run: z.string(),
  /** The root on that host. */
  root: z.string(),
  version: z.string(),
  code: z.string(),
  /** Of `ftu unit`; nothing else is handed on to a program. */
  unitOptions: z.array(z.string().regex(/^(--(until-set-aside|trust-code|device|threads)|[a-z0-9:]+)$/)),
});

export type QueuedRun = z.output<typeof runSchema>;

const workerSchema = z.object({
  format: z.literal(1),
  host: z.string(),
  slots: z.number(),
  version: z.string(),
  code: z.string(),
  seen: z.number(),
  /** It has ended. */
  ended: z.boolean(),
  /** What it works on: token of the run, and unit. */
  units: z.array(z.tuple([z.string(), z.string()])),
  /** Why it does not do a run, by token. */
  refuses: z.record(z.string(), z.string()),
});

export type QueueWorker = z.output<typeof workerSchema>;

function parsed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function entriesOf<T>(schema: z.ZodType<T>, hash: Readonly<Record<string, string>>): Map<string, T | undefined> {
  return new Map(Object.entries(hash).map(([key, text]) => [key, parsed(schema, text)]));
}

/** Undefined: an entry that another version wrote in another form. */
export const readRuns = async ({ client }: QueueServer): Promise<ReadonlyMap<string, QueuedRun | undefined>> =>
  entriesOf(runSchema, await client.hgetall(RUNS));

export async function readRun({ client }: QueueServer, token: string): Promise<QueuedRun | undefined> {
  const text = await client.hget(RUNS, token);
  return text === null ? undefined : parsed(runSchema, text);
}

export async function writeRun(
  server: QueueServer,
  token: string,
  run: Omit<QueuedRun, 'format' | 'seen'>,
): Promise<void> {
  const entry: QueuedRun = { format: 1, ...run, seen: server.now() };
  await server.client.hset(RUNS, token, JSON.stringify(entry));
}

/** Whether the process that queues a run's units gave a sign of life lately; so it counts where its entry cannot be read. */
export const isWaitedFor = (server: QueueServer, run: QueuedRun | undefined): boolean =>
  run === undefined || server.now() - run.seen < GONE_MILLISECONDS;

export const removeRun = async ({ client }: QueueServer, token: string): Promise<void> => {
  await client.hdel(RUNS, token);
};

/** The session of a run that was cancelled last; null: none was. */
export const cancelledSession = ({ client }: QueueServer, token: string): Promise<string | null> =>
  client.get(cancelledKey(token));

/** Whoever queues the run's units ends, and workers stop those that they are at. */
export async function markCancelled({ client }: QueueServer, token: string, session: string): Promise<void> {
  await client.set(cancelledKey(token), session, 'EX', CANCELLED_SECONDS);
  await client.hdel(RUNS, token);
}

export async function writeWorker(
  server: QueueServer,
  name: string,
  worker: Omit<QueueWorker, 'format' | 'seen'>,
): Promise<void> {
  const entry: QueueWorker = { format: 1, ...worker, seen: server.now() };
  await server.client.hset(WORKERS, name, JSON.stringify(entry));
}

export interface KnownWorker extends QueueWorker {
  readonly name: string;
  /** It gave a sign of life lately. */
  readonly isAlive: boolean;
}

/** Workers of the last ten minutes, in the order of their names; older entries are removed. */
export async function readWorkers(server: QueueServer): Promise<KnownWorker[]> {
  const all = entriesOf(workerSchema, await server.client.hgetall(WORKERS));
  const workers: KnownWorker[] = [];
  for (const [name, worker] of all) {
    const silence = worker === undefined ? Number.POSITIVE_INFINITY : server.now() - worker.seen;
    if (worker === undefined || silence > FORGOTTEN_MILLISECONDS) await server.client.hdel(WORKERS, name);
    else workers.push({ ...worker, name, isAlive: !worker.ended && silence < GONE_MILLISECONDS });
  }
  return workers.sort((a, b) => (a.name < b.name ? -1 : 1));
}
