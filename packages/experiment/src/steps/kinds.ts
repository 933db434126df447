/** The kinds of steps that are registered, by name, in the order in which an experiment usually has them. */
import type { StepKind, StepKinds } from '../step-kind/step-kind.js';
import * as registry from './registry.js';

type Registered = (typeof registry)[keyof typeof registry];

const inOrder: readonly Registered[] = Object.values(registry).sort(
  (a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1),
);

const [first, ...rest] = inOrder.map(({ schema }) => schema);
if (first === undefined) throw new RangeError('there is no kind of step');

/** Schemas of all kinds, for a union. */
export const stepSchemas: readonly [Registered['schema'], ...Registered['schema'][]] = [first, ...rest];

export const stepKinds: StepKinds = new Map(inOrder.map((kind): [string, StepKind] => [kind.name, kind]));
