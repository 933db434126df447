/** A connection to the queue's Redis. What is wrong with it is said at the start; later it is waited for, since a Redis that is started again is no reason to end hours of work. */
import { isIP } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { FtuError } from '@ftuseg/core';
import type { Redis, RedisOptions } from 'ioredis';
import type { QueueAddress } from './address.js';
import { clockOffset } from './clocks.js';
import { connectionProblem } from './connection-problem.js';
import { isLoading, readServerInfo, type ServerInfo, serverProblem, serverWarnings } from './server-info.js';

export interface QueueServer {
  readonly address: QueueAddress;
  /** Waits for the server where it does not answer. */
  readonly client: Redis;
  /** What a person should know of it. */
  readonly warnings: readonly string[];
  /** Milliseconds since 1970, by the clock of the queue's host. */
  now(): number;
  /** How often the connection was made again. */
  connections(): number;
  close(): void;
}

export interface OpenServerOptions {
  readonly signal?: AbortSignal | undefined;
  /** One line that stays: the connection is lost, or there again. */
  readonly note: (text: string) => void;
}

const CONNECT_MILLISECONDS = 5000;
/** What gives no answer for so long is connected anew: a link that is cut says nothing. */
const SILENT_MILLISECONDS = 15_000;
const LOADING_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 3000;

const placeOf = ({ host, port, tls }: QueueAddress): RedisOptions => ({
  host,
  port,
  connectTimeout: CONNECT_MILLISECONDS,
  keepAlive: 10_000,
  // Certificates of addresses have no name to ask for.
  ...(tls ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
});

interface Asked {
  readonly info: ServerInfo;
  readonly offset: number;
}

async function ask(client: Redis, { user, password, shown }: QueueAddress, options: OpenServerOptions): Promise<Asked> {
  await client.connect();
  if (password !== undefined) await client.call('AUTH', ...(user === undefined ? [] : [user]), password);
  let said = false;
  for (;;) {
    const info = readServerInfo(await client.info());
    if (!isLoading(info)) {
      const before = Date.now();
      const [seconds = 0, micros = 0] = (await client.time()).map(Number);
      const there = seconds * 1000 + micros / 1000;
      return { info, offset: clockOffset({ before, after: Date.now(), there }, shown) };
    }
    if (!said) options.note('the queue is reading its files');
    said = true;
    await setTimeout(LOADING_MILLISECONDS, undefined, { signal: options.signal });
  }
}

/** One connection that tries once, so that what is wrong is said at once. */
async function look(address: QueueAddress, options: OpenServerOptions): Promise<Asked> {
  const { Redis: Client } = await import('ioredis');
  const client = new Client({
    ...placeOf(address),
    lazyConnect: true,
    enableReadyCheck: false,
    socketTimeout: CONNECT_MILLISECONDS,
    retryStrategy: () => null,
  });
  let failure: unknown;
  client.on('error', (error) => {
    failure ??= error;
  });
  const stop = (): void => client.disconnect();
  options.signal?.addEventListener('abort', stop);
  try {
    return await ask(client, address, options);
  } catch (error) {
    if (options.signal?.aborted === true) throw new FtuError('cancelled', 'stopped while connecting to the queue');
    // What ended the connection says more than that it has ended.
    throw error instanceof FtuError ? error : connectionProblem(failure ?? error, address);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    client.disconnect();
  }
}

/**
 * @throws {FtuError} `unavailable` in a sentence where there is no Redis, it needs a password or refuses it, it may throw entries away, or its clock is another; `cancelled`
 * @example
 * const server = await openQueueServer(readQueueAddress('redis://lab:6379'), { note: console.error });
 */
export async function openQueueServer(address: QueueAddress, options: OpenServerOptions): Promise<QueueServer> {
  const { info, offset } = await look(address, options);
  const found = serverProblem(info);
  if (found !== undefined) {
    throw new FtuError('unavailable', found.problem, { subject: address.shown, hint: found.hint });
  }
  const { Redis: Client } = await import('ioredis');
  const { user, password, database } = address;
  const client = new Client({
    ...placeOf(address),
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    db: database,
    // BullMQ's connections must wait; and so must all others here.
    maxRetriesPerRequest: null,
    socketTimeout: SILENT_MILLISECONDS,
    retryStrategy: (times) => Math.min(times * 200, LONGEST_PAUSE_MILLISECONDS),
  });
  let connections = 0;
  let isLost = false;
  let isClosed = false;
  client.on('error', () => undefined);
  client.on('close', () => {
    if (isLost || isClosed) return;
    isLost = true;
    options.note(`the queue ${address.shown} does not answer; it is waited for, and units that are at work go on`);
  });
  client.on('ready', () => {
    connections++;
    if (isLost) options.note(`the queue ${address.shown} answers again`);
    isLost = false;
  });
  return {
    address,
    client,
    warnings: serverWarnings(info),
    now: () => Date.now() + offset,
    connections: () => connections,
    close: () => {
      isClosed = true;
      client.disconnect();
    },
  };
}
