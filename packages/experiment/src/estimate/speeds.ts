/**
 * Seconds of one unit of work on this machine when it is idle: what it took before, else what a short measurement of the real thing says, else
 * what it takes on a usual machine.
 */
import { createModel, summarise } from '@ftuseg/nn';
import type { MachineRecord } from './machine-record.js';
import { median } from './machine-record.js';
import { type Measurable, type NetworkLoad, type StepWork, type Work, workKey } from './work.js';

/** `record`: seen before; `measured`: just now; `scaled`: measured at a smaller size or on another network; `typical`: of a usual machine. */
export type Basis = 'record' | 'measured' | 'scaled' | 'typical';

export interface Speed {
  readonly seconds: number;
  readonly basis: Basis;
}

/** What a measurement of a network found: seconds of one unit on an idle machine, by the unit's name. */
export interface Measured {
  readonly seconds: Readonly<Record<string, number>>;
  /** Measured as it will run, not at a smaller size. */
  readonly whole: boolean;
}

/** @returns `late` where there is no time left for it; undefined where it does not run here: no runtime, no memory */
export type Measure = (what: Measurable) => Promise<Measured | 'late' | undefined>;

/**
 * Seconds of a multiplication in training units per second of one in prediction, where training was not timed: three passes and the update
 * in libtorch against one in ONNX Runtime (seen: 9 to 14 with Unet and FPN on Lite0).
 */
const beside: Readonly<Record<string, number>> = { 'training image': 12, 'validated tile': 3 };

export interface Speeds {
  /** Measures whatever is neither known nor on record. */
  prepare(work: readonly StepWork[]): Promise<void>;
  /** Undefined: no telling. */
  of(item: Work): Speed | undefined;
  /** What a unit really took; it counts from now on. */
  observe(key: string, seconds: number, load: number): void;
  /** Keeps what was observed. */
  save(): Promise<void>;
}

const operations = new Map<string, number>();

/** Multiplications of one pass. */
function multiplyAdds({ spec, tile }: NetworkLoad): number {
  const key = JSON.stringify([spec, tile]);
  const known = operations.get(key) ?? summarise(createModel(spec), [1, 3, tile, tile]).multiplyAdds;
  operations.set(key, known);
  return known;
}

/** Measurements are kept as well, apart from what work took: they count where there is nothing else. */
const measuredKey = (key: string, whole: boolean): string => `${whole ? 'measured' : 'scaled'}: ${key}`;

const measurableKey = (what: Measurable): string => JSON.stringify(what);

const orderOf = ({ measurable }: Work): number => (measurable?.kind === 'predict' ? 0 : 1);

export function createSpeeds(record: MachineRecord, measure: Measure): Speeds {
  /** By the unit's key. */
  const measured = new Map<string, Speed>();
  /** Seconds of a multiplication, by unit, of networks that are known. */
  const rates = new Map<string, number[]>();
  const asked = new Set<string>();
  /** What could be measured, given time. */
  const late = new Set<string>();
  const recorded = (key: string, basis: Basis): Speed | undefined => {
    const seconds = record.secondsOf(key);
    return seconds === undefined ? undefined : { seconds, basis };
  };
  const known = (item: Work): Speed | undefined => {
    const key = workKey(item);
    return (
      recorded(key, 'record') ??
      measured.get(key) ??
      recorded(measuredKey(key, true), 'measured') ??
      recorded(measuredKey(key, false), 'scaled')
    );
  };
  const noteRate = (item: Work): void => {
    const speed = known(item);
    if (speed === undefined || item.measurable === undefined) return;
    const list = rates.get(item.unit) ?? [];
    rates.set(item.unit, [...list, speed.seconds / multiplyAdds(item.measurable)]);
  };
  /** Seconds of a multiplication, by other networks that were timed. */
  const rateOf = ({ unit, measurable }: Work): number | undefined => {
    if (measurable === undefined || !late.has(measurableKey(measurable))) return undefined;
    const same = median(rates.get(unit) ?? []);
    const predicted = median(rates.get('predicted tile') ?? []);
    const factor = beside[unit];
    return same ?? (predicted === undefined || factor === undefined ? undefined : factor * predicted);
  };
  return {
    async prepare(work) {
      const items = work.flatMap((one) => one.items).filter(({ count }) => count > 0);
      // Predicting is timed sooner than training, so that a short budget tells the most.
      const inOrder = [...items].sort((a, b) => orderOf(a) - orderOf(b));
      for (const item of inOrder) {
        const what = item.measurable;
        if (what === undefined || known(item) !== undefined || asked.has(measurableKey(what))) continue;
        asked.add(measurableKey(what));
        const found = await measure(what);
        if (found === 'late') late.add(measurableKey(what));
        if (found === 'late' || found === undefined) continue;
        const same = items.filter(
          (other) => other.measurable !== undefined && measurableKey(other.measurable) === measurableKey(what),
        );
        for (const other of same) {
          const seconds = found.seconds[other.unit];
          if (seconds === undefined) continue;
          const key = workKey(other);
          measured.set(key, { seconds, basis: found.whole ? 'measured' : 'scaled' });
          record.add(measuredKey(key, found.whole), seconds, 0);
        }
        // A plan that is interrupted need not measure again.
        await record.save();
      }
      rates.clear();
      const distinct = new Map(items.map((item) => [workKey(item), item]));
      for (const item of distinct.values()) noteRate(item);
    },
    of(item) {
      const found = known(item);
      if (found !== undefined) return found;
      const rate = rateOf(item);
      if (item.measurable !== undefined && rate !== undefined) {
        return { seconds: rate * multiplyAdds(item.measurable), basis: 'scaled' };
      }
      if (item.measured !== undefined) return { seconds: item.measured, basis: 'measured' };
      return item.typical === undefined ? undefined : { seconds: item.typical, basis: 'typical' };
    },
    observe: (key, seconds, load) => record.add(key, seconds, load),
    save: () => record.save(),
  };
}
