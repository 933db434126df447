/** Where a queue is, from what a person wrote. Its password is in no text that is shown, written or handed on to another process. */
import process from 'node:process';
import { FtuError } from '@ftuseg/core';

/** The variable that holds the password where the address does not. */
export const PASSWORD_VARIABLE = 'FTUSEG_QUEUE_PASSWORD';

export interface QueueAddress {
  readonly host: string;
  readonly port: number;
  /** Number of the database. */
  readonly database: number;
  /** `rediss://`: encrypted. */
  readonly tls: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** The address without user and password. */
  readonly shown: string;
}

const DEFAULT_PORT = 6379;

export const isQueueAddress = (text: string): boolean => /^rediss?:\/\//i.test(text);

const wrong = (problem: string): FtuError =>
  new FtuError('bad-input', `the address of a queue ${problem}`, {
    hint: 'write redis://HOST:6379 or rediss://HOST:6379, with /N at the end for database N',
  });

/**
 * @param text `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]`, or `rediss://` for an encrypted connection
 * @param env variables of the process
 * @throws {FtuError} `bad-input`; the message does not repeat the text, which may hold a password
 * @example
 * readQueueAddress('redis://:secret@lab:6380/2').shown; // 'redis://lab:6380/2'
 */
export function readQueueAddress(text: string, env: NodeJS.ProcessEnv = process.env): QueueAddress {
  if (!isQueueAddress(text)) throw wrong('does not begin with redis:// or rediss://');
  if (!URL.canParse(text)) throw wrong('cannot be read');
  const url = new URL(text);
  if (url.hostname === '') throw wrong('names no host');
  if (url.search !== '' || url.hash !== '') throw wrong('has something after ? or #, which would do nothing');
  const [, database] = /^\/?(\d{0,4})$/.exec(url.pathname) ?? [];
  if (database === undefined) throw wrong('has something else than the number of a database after the host');
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  const tls = url.protocol.toLowerCase() === 'rediss:';
  const shown = `${tls ? 'rediss' : 'redis'}://${url.hostname}:${port}${Number(database) === 0 ? '' : `/${Number(database)}`}`;
  const decoded = (part: string): string | undefined => {
    try {
      return part === '' ? undefined : decodeURIComponent(part);
    } catch {
      throw wrong('has a % in its user or password that is not followed by two hexadecimal digits');
    }
  };
  const inVariable = env[PASSWORD_VARIABLE];
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    database: Number(database),
    tls,
    user: decoded(url.username),
    password: decoded(url.password) ?? (inVariable === '' ? undefined : inVariable),
    shown,
  };
}
