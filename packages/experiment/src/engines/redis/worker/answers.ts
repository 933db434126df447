/** What the end of a unit's process means to the queue. */
import { constants } from 'node:os';
import { LATER, type UnitAnswer } from '../unit-queue.js';
import type { EndedUnit } from './unit-process.js';

/** Signals that ask a process to stop. One that could not say 75 in time ends with them. */
const STOPS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
const STOP_CODES: readonly number[] = STOPS.map((name) => 128 + constants.signals[name]);

export function answerOf({ code, signal, said }: EndedUnit, host: string): UnitAnswer {
  const isStopped = STOPS.some((name) => name === signal) || (code !== null && STOP_CODES.includes(code));
  if (isStopped) return { code: LATER, host, said };
  if (code === null) return { code, host, said: `its process was ended by ${signal}` };
  if (code > 128) return { code: null, host, said: `its process ended with exit code ${code}` };
  return { code, host, said };
}
