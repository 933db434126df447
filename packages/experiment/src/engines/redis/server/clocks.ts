/** The clock of this host beside that of the queue's: units that are to be tried later have their time from both. */
import { FtuError } from '@ftuseg/core';

/** So far apart two clocks may be, beside the time that the question took. */
const ALLOWED_MILLISECONDS = 30_000;

export interface AskedClock {
  /** Milliseconds since 1970, by this host's clock before and after the question. */
  readonly before: number;
  readonly after: number;
  /** What the queue's host said. */
  readonly there: number;
}

/**
 * @returns milliseconds to add to this host's clock to have the queue's
 * @throws {FtuError} `unavailable` where they are more than half a minute apart
 */
export function clockOffset({ before, after, there }: AskedClock, shown: string): number {
  const offset = there - (before + after) / 2;
  if (Math.abs(offset) - (after - before) / 2 <= ALLOWED_MILLISECONDS) return offset;
  const seconds = Math.round(Math.abs(offset) / 1000);
  throw new FtuError(
    'unavailable',
    `the clock of this host is ${seconds} s ${offset > 0 ? 'behind' : 'ahead of'} that of the queue's host`,
    { subject: shown, hint: 'set the one that is off, best by NTP' },
  );
}
