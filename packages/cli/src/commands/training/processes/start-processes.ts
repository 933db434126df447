/**
 * `--processes N`: starts the same command N times on this machine, passes on what rank 0 says, and ends all where one ends badly.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { FtuError } from '@ftuseg/core';
import type { CommandContext } from '../../../parser/command.js';

/** The program as it is built, found from `src/` and from `dist/` alike. */
const program = fileURLToPath(new URL('../../../../bin/ftu.js', import.meta.url));

/** The others hear by themselves that one is lost, and say so; then they are told, and then ended. */
const HEAR_MILLISECONDS = 1500;
const STOP_MILLISECONDS = 3000;

/** A port of this machine that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('a server has a port');
  return address.port;
}

/** The command line of one of them: `--processes 2` becomes `--distributed`. */
export function rankArguments(args: readonly string[]): string[] {
  const others = args.filter((arg, i) => !/^--processes(=|$)/.test(arg) && args[i - 1] !== '--processes');
  return [...others, '--distributed'];
}

interface Ended {
  readonly rank: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Lines of the ranks beside rank 0 say whose they are. */
function passOn(child: ChildProcess, rank: number): void {
  let line = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${line}${text}`.split('\n');
    line = lines.pop() ?? '';
    for (const one of lines) process.stderr.write(`rank ${rank}: ${one}\n`);
  });
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function endAll(children: readonly ChildProcess[]): Promise<void> {
  const running = (): ChildProcess[] => children.filter(isRunning);
  for (const [signal, wait] of [
    [undefined, HEAR_MILLISECONDS],
    ['SIGTERM', STOP_MILLISECONDS],
    ['SIGKILL', STOP_MILLISECONDS],
  ] as const) {
    if (signal !== undefined) for (const child of running()) child.kill(signal);
    const until = performance.now() + wait;
    while (running().length > 0 && performance.now() < until) await sleep(20);
  }
}

function failure({ rank, code, signal }: Ended, size: number, asked: boolean): FtuError {
  if (asked) return new FtuError('cancelled', 'training was stopped', { hint: '`ftu train --resume` goes on' });
  const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  return new FtuError('unavailable', `rank ${rank} of ${size} ${how}, and with it the training`, {
    hint: 'if the run has begun, `ftu train --resume` with as many processes goes on from its last checkpoint',
  });
}

/**
 * Runs a command in `size` processes that train together.
 *
 * @param args of the command, with `--processes`
 * @returns what rank 0 printed
 * @throws FtuError 'unavailable' naming the first process that ended badly, after all have ended; 'cancelled'
 */
export async function startProcesses(size: number, { args, signal }: CommandContext): Promise<string> {
  const port = await freePort();
  const { TORCHELASTIC_USE_AGENT_STORE: _, TORCHELASTIC_RESTART_COUNT: __, ...inherited } = process.env;
  const shared = {
    WORLD_SIZE: String(size),
    MASTER_ADDR: '127.0.0.1',
    MASTER_PORT: String(port),
    FTUSEG_RANKS: randomUUID(),
  };
  let printed = '';
  const children = Array.from({ length: size }, (_, rank) => {
    const child = spawn(process.execPath, [program, ...rankArguments(args)], {
      env: { ...inherited, ...shared, RANK: String(rank), LOCAL_RANK: String(rank) },
      stdio: ['ignore', 'pipe', rank === 0 ? 'inherit' : 'pipe', 'ipc'],
    });
    if (rank > 0) passOn(child, rank);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (rank === 0) printed += text;
    });
    return child;
  });
  const stop = (): void => {
    for (const child of children) child.kill('SIGTERM');
  };
  signal.addEventListener('abort', stop, { once: true });
  const ends = children.map(async (child, rank): Promise<Ended> => {
    const [code, ended]: [number | null, NodeJS.Signals | null] = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exit, by) => resolve([exit, by]));
    });
    if (code !== 0) throw failure({ rank, code, signal: ended }, size, signal.aborted);
    return { rank, code, signal: ended };
  });
  try {
    await Promise.all(ends);
    return printed;
  } catch (error) {
    await endAll(children);
    await Promise.allSettled(ends);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
