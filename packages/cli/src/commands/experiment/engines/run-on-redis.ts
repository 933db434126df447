/** `ftu run --on redis://...`: queues the units of a recipe for workers, and waits until all are done. */
import { counted, FtuError, listNames } from '@ftuseg/core';
import { type QueueAddress, resultText, runOnRedis } from '@ftuseg/experiment';
import type { CommandContext } from '../../../parser/command.js';
import { version } from '../../../version.js';
import { tellWarnings } from '../tell-warnings.js';
import { type AskedEngine, prepareUnits } from './unit-options.js';

export interface AskedQueue extends AskedEngine {
  readonly address: QueueAddress;
}

export async function queueRun(asked: AskedQueue, context: CommandContext): Promise<unknown> {
  const { checked, out, address, threads } = asked;
  const prepared = await prepareUnits(asked, context);
  if (threads === undefined) context.note('give --threads where hosts differ, so that all compute alike');
  const { units, outcomes } = await runOnRedis(checked, { ...prepared, address, version });
  context.print(await resultText(checked, outcomes));
  tellWarnings(outcomes, context);
  const aside = units.filter(({ state }) => state === 'set aside');
  if (aside.length === 0) return { out, steps: outcomes, units };
  const named = listNames(aside.map(({ id, problem }) => `${id} (${problem})`));
  throw new FtuError('unavailable', `${counted(aside.length, 'unit')} set aside, all others are done: ${named}`, {
    subject: out,
    hint: '`ftu status` names them; mend what is wrong, and `ftu unit` with `--clean` forgets failures',
  });
}
