/** Servers that are none, or must not hold a queue, played by a socket that speaks as much of Redis' protocol as the first questions need. */
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readQueueAddress } from './address.js';
import { openQueueServer } from './open-server.js';

let server: Server | undefined;
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
});

/** @param answer to a command with its arguments, in the protocol's form */
async function play(answer: (words: readonly string[]) => string): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const commands = data
        .toString()
        .split(/^\*\d+\r\n/m)
        .filter((one) => one !== '');
      for (const one of commands) {
        const words = one.split('\r\n').filter((line) => line !== '' && !line.startsWith('$'));
        socket.write(answer(words));
      }
    });
  });
  await new Promise<void>((resolve) => {
    server?.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;
const usual = {
  redis_version: '7.0.15',
  role: 'master',
  maxmemory_policy: 'noeviction',
  aof_enabled: '1',
  loading: '0',
};

const redis =
  (facts: Readonly<Record<string, string>> = {}, ahead = 0) =>
  ([word = '']: readonly string[]): string => {
    const info = Object.entries({ ...usual, ...facts }).map(([name, value]) => `${name}:${value}`);
    if (word.toLowerCase() === 'info') return bulk(`# Server\r\n${info.join('\r\n')}\r\n`);
    if (word.toLowerCase() !== 'time') return '+OK\r\n';
    return `*2\r\n${bulk(String(Math.floor(Date.now() / 1000) + ahead))}${bulk('0')}`;
  };

async function open(answer: (words: readonly string[]) => string, user = ''): Promise<readonly string[]> {
  const address = readQueueAddress(`redis://${user}127.0.0.1:${await play(answer)}`, {});
  const opened = await openQueueServer(address, { note: () => undefined });
  opened.close();
  return opened.warnings;
}

describe('a queue', () => {
  it('may lie in a Redis that evicts nothing, with a word where it keeps no log', async () => {
    expect(await open(redis())).toEqual([]);
    expect(await open(redis({ aof_enabled: '0' }))).toEqual([expect.stringContaining('keeps no log of its changes')]);
  });

  it.each([
    [{ maxmemory_policy: 'allkeys-lru' }, 'throws entries away .*maxmemory-policy allkeys-lru'],
    [{ redis_version: '6.0.16' }, 'version 6.0.16'],
    [{ role: 'slave' }, 'replica'],
    [{ cluster_enabled: '1' }, 'part of a cluster'],
  ])('is refused by %o', async (facts, problem) => {
    await expect(open(redis(facts))).rejects.toThrow(new RegExp(problem));
  });

  it('is refused where a clock is off', async () => {
    await expect(open(redis({}, 90))).rejects.toThrow(/clock of this host is (89|90|91) s behind/);
  });

  it('is refused without its password, or with another, which no message repeats', async () => {
    const noauth = (): string => '-NOAUTH Authentication required.\r\n';
    await expect(open(noauth)).rejects.toThrow('needs a password');
    const wrong = (): string => '-WRONGPASS invalid username-password pair or user is disabled.\r\n';
    const failed = open(wrong, 'joe:hush@');
    await expect(failed).rejects.toThrow('refuses the password or the user');
    await expect(failed).rejects.not.toThrow(/hush/);
  });

  it('is not what speaks another protocol, and is not where nobody listens', async () => {
    await expect(open(() => 'HTTP/1.1 400 Bad Request\r\n\r\n')).rejects.toThrow('is no Redis');
    const port = await play(redis());
    await new Promise((resolve) => server?.close(resolve));
    const address = readQueueAddress(`redis://127.0.0.1:${port}`, {});
    await expect(openQueueServer(address, { note: () => undefined })).rejects.toThrow(
      /no Redis: the connection is refused/,
    );
  });
});
