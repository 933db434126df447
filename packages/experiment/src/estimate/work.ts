/**
 * What a step has to do, in units whose time can be known: so many training images, so many tiles. Seconds follow from what a unit takes on
 * this machine, which is looked up, measured or assumed elsewhere.
 */
import type { Device } from '@ftuseg/infer';
import type { ModelSpec } from '@ftuseg/nn';

/** The words of a network in the names of units: everything that is set. */
export const networkName = (spec: ModelSpec): string =>
  Object.entries(spec)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ');

/** Everything that the time of one unit depends on beside the machine. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/** A network at the size at which it works. */
export interface NetworkLoad {
  readonly spec: ModelSpec;
  /** Side of its input, pixels. */
  readonly tile: number;
}

/** How one unit can be timed for real, where nothing is on record. */
export type Measurable =
  | ({ readonly kind: 'train'; readonly settings: Readonly<Record<string, unknown>> } & NetworkLoad)
  | ({ readonly kind: 'predict'; readonly device: Device } & NetworkLoad);

export interface Work {
  /** Such as `training image` or `predicted tile`. */
  readonly unit: string;
  readonly facts: Facts;
  /** How many units. */
  readonly count: number;
  readonly measurable?: Measurable | undefined;
  /** Seconds of a unit that was just timed. */
  readonly measured?: number | undefined;
  /** Seconds of a unit on a usual machine, where nothing better is known. */
  readonly typical?: number | undefined;
}

export interface StepWork {
  readonly items: readonly Work[];
  /** The step ends by then, seconds. */
  readonly limit?: number | undefined;
}

/** The name of a unit in the record. */
export function workKey({ unit, facts }: Pick<Work, 'unit' | 'facts'>): string {
  const sorted = Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${unit} ${JSON.stringify(Object.fromEntries(sorted))}`;
}

/** Items of the same unit as one. */
export function sumWork(items: readonly Work[]): Work[] {
  const byKey = new Map<string, Work>();
  for (const item of items) {
    const key = workKey(item);
    const before = byKey.get(key);
    byKey.set(key, before === undefined ? item : { ...before, count: before.count + item.count });
  }
  return [...byKey.values()];
}

/** The same work so many times. */
export const timesWork = (items: readonly Work[], factor: number): Work[] =>
  items.map((item) => ({ ...item, count: item.count * factor }));

/**
 * @param secondsOf one unit; undefined where there is no telling
 * @returns undefined where there is no telling of some of it
 * @example
 * workSeconds({ items: [{ unit: 'training image', facts: {}, count: 100 }] }, () => 0.5); // 50
 */
export function workSeconds(
  { items, limit = Number.POSITIVE_INFINITY }: StepWork,
  secondsOf: (item: Work) => number | undefined,
): number | undefined {
  let sum = 0;
  for (const item of items) {
    if (item.count === 0) continue;
    const seconds = secondsOf(item);
    if (seconds === undefined) return undefined;
    sum += item.count * seconds;
  }
  return Math.min(sum, limit);
}
