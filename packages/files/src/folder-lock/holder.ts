/**
 * Who writes into a folder, as its lock file says it: which process on which host, since when, and a count that goes up while it lives.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { makerOf, temporaryName } from '../write/temporary-name.js';

export interface Holder {
  /** A name that no other holder has, and by which its process is known (see `makerOf`). */
  readonly token: string;
  readonly host: string;
  readonly process: number;
  /** ISO 8601. */
  readonly since: string;
  /** The running system that keeps the lock of the open file; null where that is not known. */
  readonly kernel: string | null;
  /** Whether that system keeps a lock for it. */
  readonly locked: boolean;
  readonly beat: number;
}

/** Containers of one host share their kernel, and with it the locks of open files. */
function kernelName(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
    return createHash('sha256').update(boot).digest('hex').slice(0, 16);
  } catch {
    return null;
  }
}

export const newHolder = (locked: boolean): Holder => ({
  token: temporaryName(),
  host: hostname(),
  process: process.pid,
  since: new Date().toISOString(),
  kernel: kernelName(),
  locked,
  beat: 0,
});

const BEAT_DIGITS = 12;

/** The content of a lock file: of the same length for every beat, so that it is written in place. */
export const holderText = (holder: Holder): string =>
  `${JSON.stringify({ ...holder, beat: String(holder.beat).padStart(BEAT_DIGITS, '0') })}\n`;

/** @returns undefined for what is no lock file's content, or only half of one */
export function readHolder(text: string): Holder | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const found: Readonly<Record<string, unknown>> = { ...(typeof json === 'object' ? json : {}) };
  const { token, host, process: pid, since, kernel, locked, beat } = found;
  if (typeof token !== 'string' || typeof host !== 'string' || typeof since !== 'string') return undefined;
  if (typeof pid !== 'number' || typeof locked !== 'boolean' || typeof beat !== 'string') return undefined;
  if (kernel !== null && typeof kernel !== 'string') return undefined;
  return { token, host, process: pid, since, kernel, locked, beat: Number(beat) };
}

/**
 * What can be told at once of a holder whose file's lock is free, or cannot be asked for.
 *
 * @param free whether the system has just given that lock to this process
 * @returns `unknown` for one on another host: only its beat says whether it lives
 */
export function stateOf(holder: Holder | undefined, free: boolean): 'alive' | 'dead' | 'unknown' {
  if (holder === undefined) return 'unknown';
  if (free && holder.locked && holder.kernel !== null && holder.kernel === kernelName()) return 'dead';
  return makerOf(holder.token) ?? 'unknown';
}

/** Such as `process 123 on host "lab" has been writing here since 2026-01-31 12:00:00`. */
export function describeHolder(holder: Holder | undefined): string {
  if (holder === undefined) return 'another process writes here';
  const since = new Date(holder.since);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const day = [since.getFullYear(), since.getMonth() + 1, since.getDate()].map(pad).join('-');
  const time = [since.getHours(), since.getMinutes(), since.getSeconds()].map(pad).join(':');
  return `process ${holder.process} on host "${holder.host}" has been writing here since ${day} ${time}`;
}
