/**
 * `ftu run --on redis://...`: queues what the records say is ready, and more as units are published, until nothing is left. It may be ended and started again at any time, on any
 * host: the records are all that it knows.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { relative, sep } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { inLockedFolder } from '@ftuseg/files';
import { forgetLost } from '../../engine/kept.js';
import { requirePreflights } from '../../engine/preflight.js';
import type { CheckedRecipe, StepOutcome } from '../../step-kind/step-kind.js';
import { isRunAtWork } from '../../units/living.js';
import { stepStates, type UnitOptions } from '../../units/step-states.js';
import type { Unit } from '../../units/unit.js';
import { engineCode } from '../engine-code.js';
import { followUnits } from './follow-units.js';
import { redisFolder, writeQueueFile } from './queue-file.js';
import { cancelledSession, readRun, removeRun, writeRun } from './registry.js';
import type { QueueAddress } from './server/address.js';
import { openQueueServer } from './server/open-server.js';
import { openUnitQueue } from './unit-queue.js';

export interface RedisRunOptions extends UnitOptions {
  readonly address: QueueAddress;
  /** Options of `ftu unit`. */
  readonly unitOptions: readonly string[];
  /** Writes down what units need to know of the run, once nothing else is at work in the folder. */
  readonly handOut: () => Promise<void>;
  readonly version: string;
  readonly signal: AbortSignal;
}

export interface RedisRunResult {
  /** As they are at the end: done, or set aside. */
  readonly units: readonly Unit[];
  readonly outcomes: readonly StepOutcome[];
}

const refuseRun = (out: string): FtuError =>
  new FtuError('unavailable', '`ftu run` is at work in this folder', {
    subject: out,
    hint: 'wait until it has ended',
  });

async function outcomesOf(checked: CheckedRecipe, options: UnitOptions): Promise<readonly StepOutcome[]> {
  const { context } = await stepStates(checked, options);
  return context.outcomes.map((outcome) => ({ ...outcome, warnings: context.records.get(outcome.name)?.warnings }));
}

/**
 * @throws {FtuError} `unavailable` where the queue cannot be used, or `ftu run` is at work in the folder; `cancelled` when it was stopped, or by `ftu cancel`; `bad-input`
 * @example
 * const { units } = await runOnRedis(checked, { ...options, address: readQueueAddress('redis://lab:6379'), unitOptions: [], handOut, version: '0.1.0' });
 */
export async function runOnRedis(checked: CheckedRecipe, options: RedisRunOptions): Promise<RedisRunResult> {
  const { out, root, address, unitOptions, version, note, progress, signal } = options;
  const server = await openQueueServer(address, { signal, note });
  const close = (): void => server.close();
  signal.addEventListener('abort', close);
  try {
    for (const warning of server.warnings) note(warning);
    if (await isRunAtWork(out)) throw refuseRun(out);
    await requirePreflights(checked, { signal, note, progress });
    const { token } = await writeQueueFile(out, address.shown);
    return await inLockedFolder(redisFolder(out), { signal }, async (held) => {
      await forgetLost(checked, note);
      await options.handOut();
      const queue = await openUnitQueue(server, token);
      const session = randomBytes(8).toString('hex');
      const run = {
        session,
        host: hostname(),
        run: relative(root, out).split(sep).join('/'),
        root,
        version,
        code: await engineCode(),
        unitOptions: [...unitOptions],
      };
      // What an earlier process left in the queue stays there: workers may be at it.
      await writeRun(server, token, run);
      const leave = async (): Promise<void> => {
        await removeRun(server, token);
        await queue.remove();
      };
      const isThere = async (): Promise<boolean> => {
        if ((await cancelledSession(server, token)) === session) {
          await leave();
          throw new FtuError('cancelled', 'the run was cancelled by `ftu cancel`', { subject: out });
        }
        const found = await readRun(server, token);
        await writeRun(server, token, run);
        return found !== undefined;
      };
      const units = await followUnits(checked, { ...options, signal: held, server, token, queue, isThere });
      await leave();
      return { units, outcomes: await outcomesOf(checked, options) };
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new FtuError(
      'cancelled',
      'stopped; what is in the queue is done all the same, and the same command goes on',
      {
        hint: '`ftu cancel` takes it out of the queue',
        cause: error,
      },
    );
  } finally {
    signal.removeEventListener('abort', close);
    server.close();
  }
}
