/** Which step and part the name of a unit means. */
import { FtuError, nearestName } from '@ftuseg/core';
import type { CheckedRecipe } from '../step-kind/step-kind.js';
import { partsOf } from './list-units.js';
import type { KnownRecipe, KnownStep, StatesOf } from './step-states.js';
import { unitId } from './unit.js';

/** The step whose states a unit needs; undefined where no step has such a unit. */
export function stepOfUnit({ order }: CheckedRecipe, id: string): StatesOf | undefined {
  const step = order.find((name) => id.startsWith(`${name}/`));
  return step === undefined ? undefined : { step, part: id !== unitId(step, undefined) };
}

/** A unit of a recipe by its name. */
export interface FoundUnit {
  readonly known: KnownStep;
  readonly part: string | undefined;
}

/** @throws {FtuError} `bad-input` for a unit that the recipe does not have */
export function findUnit({ steps, context }: KnownRecipe, id: string): FoundUnit {
  const ids: string[] = [];
  for (const known of steps.values()) {
    for (const part of [...partsOf(known, context), undefined]) {
      const one = unitId(known.name, part);
      if (one === id) return { known, part };
      ids.push(one);
    }
  }
  const nearest = nearestName(id, ids);
  throw new FtuError('bad-input', `the recipe has no unit "${id}"`, {
    subject: context.checked.file.path,
    hint: nearest === undefined ? '--list names them' : `did you mean "${nearest}"?`,
  });
}
