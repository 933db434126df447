/** `ftu run --on redis://...`: queues the units of a recipe for workers, and waits until all are done. */
import { FtuError } from '@ftuseg/core';
import { type QueueAddress, resultText, runOnRedis } from '@ftuseg/experiment';
import type { CommandContext } from '../../../parser/command.js';
import { version } from '../../../version.js';
import { tellWarnings } from '../tell-warnings.js';
import { type AskedEngine, number, prepareUnits, unitOptionsOf } from './unit-options.js';

export interface AskedQueue extends AskedEngine {
  readonly address: QueueAddress;
}

const NAMED = 3;

export async function queueRun(asked: AskedQueue, context: CommandContext): Promise<unknown> {
  const { checked, out, root, tries, address, device, threads, trustCode } = asked;
  const { note, progress, signal } = context;
  await prepareUnits(asked);
  if (threads === undefined) note('give --threads where hosts differ, so that all compute alike');
  const { units, outcomes } = await runOnRedis(checked, {
    out,
    root,
    device,
    threads,
    trustCode,
    tries,
    signal,
    note,
    progress,
    address,
    unitOptions: unitOptionsOf(asked),
    version,
  });
  context.print(await resultText(checked, outcomes));
  tellWarnings(outcomes, context);
  const aside = units.filter(({ state }) => state === 'set aside');
  if (aside.length === 0) return { out, steps: outcomes, units };
  const named = aside.slice(0, NAMED).map(({ id, problem }) => `${id} (${problem})`);
  const more = aside.length > NAMED ? ` and ${aside.length - NAMED} more` : '';
  throw new FtuError(
    'unavailable',
    `${number(aside.length, 'unit')} set aside, all others are done: ${named.join(', ')}${more}`,
    {
      subject: out,
      hint: '`ftu status` names them; mend what is wrong, and `ftu unit` with `--clean` forgets failures',
    },
  );
}
