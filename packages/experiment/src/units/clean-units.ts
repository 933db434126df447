/** Removes what nobody needs any more: attempts that have ended, and results of parts whose step is done. */
import { relative, sep } from 'node:path';
import { earlierAttempts, removeAttempts } from '@ftuseg/files';
import type { CheckedRecipe } from '../step-kind/step-kind.js';
import { unitPlaces } from './living.js';
import { removeWhole } from './published.js';
import { stepStates, type UnitOptions } from './step-states.js';
import { publishedIn, unitsFolder } from './unit.js';

export interface CleanedUnits {
  /** Attempts that were removed, failures among them. */
  readonly attempts: number;
  /** Results of parts that were removed; the steps hold their files. */
  readonly results: number;
  /** Attempts that are alive, and were left alone. */
  readonly alive: number;
}

/** @throws {FtuError} `cancelled`, `io` */
export async function cleanUnits(checked: CheckedRecipe, options: UnitOptions): Promise<CleanedUnits> {
  const { context } = await stepStates(checked, options);
  const folder = unitsFolder(options.out);
  let [attempts, results, alive] = [0, 0, 0];
  for (const place of await unitPlaces(folder)) {
    attempts += await removeAttempts(place);
    alive += (await earlierAttempts(place)).filter(({ state }) => state === 'alive').length;
    const [step = ''] = relative(folder, place).split(sep);
    if (context.records.has(step) && (await removeWhole(publishedIn(place)))) results++;
  }
  return { attempts, results, alive };
}
