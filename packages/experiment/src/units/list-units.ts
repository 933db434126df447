/** All units of a recipe with what they need and how they stand: before anything has run, and at any time after. */
import { earlierAttempts } from '@ftuseg/files';
import type { CheckedRecipe, RunContext } from '../step-kind/step-kind.js';
import { readPublished } from './published.js';
import { DEFAULT_TRIES } from './run-file.js';
import { type KnownRecipe, type KnownStep, stepStates, type UnitOptions, unitFingerprint } from './step-states.js';
import { type Unit, type UnitState, unitId, unitPlace } from './unit.js';

/** Parts of a step, in the order of what gathers them. */
export const partsOf = ({ step, kind, name }: KnownStep, context: RunContext): readonly string[] =>
  kind.units?.list(step, context, name) ?? [];

/** What comes before a unit of a step. */
export function needsOf(known: KnownStep, context: RunContext, part: string | undefined): string[] {
  const parts = part === undefined ? partsOf(known, context) : [];
  if (parts.length > 0) return parts.map((one) => unitId(known.name, one));
  return known.before.map((name) => unitId(name, undefined));
}

/**
 * Why a unit is set aside; undefined: it is not.
 * @param tries so often it may fail for good before nobody should try it again
 */
export async function whySetAside(place: string, tries = DEFAULT_TRIES): Promise<string | undefined> {
  const failures = (await earlierAttempts(place)).flatMap(({ failure }) => failure ?? []);
  return failures.length < tries
    ? undefined
    : `it failed ${failures.length === 1 ? 'once' : `${failures.length} times, the last`}: ${failures.at(-1)}`;
}

interface Standing {
  readonly state: UnitState;
  readonly problem: string | undefined;
}

async function standingOf(
  known: KnownStep,
  { context }: KnownRecipe,
  part: string | undefined,
  options: UnitOptions,
): Promise<Standing> {
  if (known.record !== undefined) return { state: 'done', problem: undefined };
  const fingerprint = await unitFingerprint(known, context, part, options.trustCode);
  if (fingerprint === undefined) return { state: 'waiting', problem: undefined };
  const place = unitPlace(context.out, unitId(known.name, part), fingerprint);
  if (part !== undefined && (await readPublished(place, fingerprint)) !== undefined) {
    return { state: 'done', problem: undefined };
  }
  const problem = await whySetAside(place, options.tries);
  if (problem !== undefined) return { state: 'set aside', problem };
  return { state: 'ready', problem: undefined };
}

/** What needs something that is set aside is set aside with it; a report tells of that instead. */
function afterNeeds(
  own: Standing,
  needs: readonly string[],
  states: ReadonlyMap<string, UnitState>,
  afterFailures: boolean,
): Standing {
  if (own.state === 'done' || own.state === 'set aside') return own;
  const aside = needs.find((one) => states.get(one) === 'set aside');
  if (aside !== undefined && !afterFailures) return { state: 'set aside', problem: `it needs ${aside}` };
  const isFree = needs.every((one) =>
    ['done', ...(afterFailures ? ['set aside'] : [])].includes(states.get(one) ?? ''),
  );
  return { state: isFree ? 'ready' : 'waiting', problem: undefined };
}

/**
 * @returns units in an order in which each comes after those that it needs
 * @throws {FtuError} `cancelled`, `io`
 * @example
 * const ready = (await listUnits(checked, options)).filter(({ state }) => state === 'ready');
 */
export async function listUnits(checked: CheckedRecipe, options: UnitOptions): Promise<Unit[]> {
  const recipe = await stepStates(checked, options);
  const { context } = recipe;
  const units: Unit[] = [];
  const states = new Map<string, UnitState>();
  for (const known of recipe.steps.values()) {
    const { name, step, kind } = known;
    const takes = kind.units?.takes(step, context, name) ?? { device: options.device, memory: null };
    for (const part of [...partsOf(known, context), undefined]) {
      const found = await standingOf(known, recipe, part, options);
      const id = unitId(name, part);
      const needs = needsOf(known, context, part);
      const { state, problem } = afterNeeds(found, needs, states, kind.afterFailures);
      states.set(id, state);
      const memory = part === undefined ? null : takes.memory;
      units.push({ id, step: name, part, kind: step.do, needs, state, problem, device: takes.device, memory });
    }
  }
  return units;
}

/** A line for each unit, and how many there are of each state. */
export function formatUnits(units: readonly Unit[]): string {
  const width = Math.max(4, ...units.map(({ id }) => id.length));
  const lines = units.map(({ id, state, problem }) => {
    return `${id.padEnd(width)}  ${state}${problem === undefined ? '' : `: ${problem}`}`;
  });
  const counts = (['done', 'ready', 'waiting', 'set aside'] as const).map(
    (state) => `${units.filter((unit) => unit.state === state).length} ${state}`,
  );
  return [...lines, `${units.length} units: ${counts.join(', ')}`].join('\n');
}
