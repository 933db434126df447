/**
 * The time of a run while it runs: every step is expected to take what its work takes on this machine, and the running one corrects that by
 * what it really does.
 */
import { idleShare, type Load, type LoadMeter } from '../estimate/load.js';
import type { Speeds } from '../estimate/speeds.js';
import { type StepWork, type Work, workKey, workSeconds } from '../estimate/work.js';

/** A step that is still to come. */
export interface ExpectedStep {
  readonly name: string;
  /** Undefined: no telling. */
  readonly work: StepWork | undefined;
}

export interface ForecastOptions {
  readonly speeds: Speeds;
  readonly threads: number;
  /** What work is expected to have of the machine at first, 0..1. */
  readonly share: number;
  /** Watches the machine from now on. */
  readonly watch: () => LoadMeter;
  /** Seconds on a steady clock. */
  readonly now: () => number;
}

/** What a step is expected to take when it begins. */
export interface Expectation {
  /** Seconds on an idle machine; null: no telling. */
  readonly seconds: number | null;
  readonly items: readonly Pick<Work, 'unit' | 'facts' | 'count' | 'typical'>[];
}

/** Seconds after which a step is believed more than its estimate. */
const BELIEVED = 60;
/** Share of a step after which it is believed as well. */
const BELIEVED_SHARE = 0.25;
/** Share of a step under which its first minute says nothing about the rest. */
const MIN_SHARE = 0.05;
/** Seconds after which it is seen how much of the machine a step has. */
const SEEN = 5;
/** Seconds for which the time that is left is not computed again. */
const FRESH = 1;
/** Items of less than this share of a step's time learn nothing from how long it took. */
const TELLING = 0.1;
/** Where a step had less of the machine than this, what it took says little about the machine. */
export const DISTURBED = 0.7;

interface Spent {
  readonly seconds: number;
  /** Undefined: as many as were expected, once the step is done. */
  readonly count: number | undefined;
}

interface Running {
  readonly name: string;
  readonly work: StepWork | undefined;
  readonly began: number;
  /** Seconds on an idle machine. */
  readonly expected: number | undefined;
  readonly meter: LoadMeter;
  readonly spent: Map<string, Spent>;
  share: number;
  /** When it first said how much was done, and how much: what an earlier run has done took no time of this one. */
  first: { readonly at: number; readonly share: number } | undefined;
  /** Speeds were learnt from the first minute. */
  learnt: boolean;
}

/** How much of what is observed counts, 0..1: the first minute, or the first quarter, decides. */
const belief = (seconds: number, share: number): number =>
  share <= 0 ? 0 : Math.min(1, Math.max(seconds / BELIEVED, share / BELIEVED_SHARE));

export interface Forecast {
  /** Works of the steps to come, in order; replaces what was known. */
  expect(steps: readonly ExpectedStep[]): void;
  begin(step: ExpectedStep): Expectation;
  share(done: number): void;
  spent(unit: string, seconds: number, count?: number): void;
  /** Once, after the first minute of a step: takes what it has done so far for what its work takes. @returns whether anything was learned */
  learn(): boolean;
  /** @param complete whether it did all its work from the beginning: only then all of its time teaches what the work takes */
  end(complete: boolean): Load | undefined;
  /** Seconds to the end of the run as the machine is now; undefined while there is no telling of the running step. */
  secondsLeft(): number | undefined;
  /** Whether there are steps of which there is no telling. */
  open(): boolean;
}

export function createForecast({ speeds, threads, share: atFirst, watch, now }: ForecastOptions): Forecast {
  let coming: readonly ExpectedStep[] = [];
  let running: Running | undefined;
  /** What work has of the machine, as far as it was seen. */
  let machine = atFirst;
  let told: { readonly at: number; readonly seconds: number | undefined } | undefined;
  const idleSeconds = (work: StepWork | undefined): number | undefined =>
    work === undefined ? undefined : workSeconds(work, (item) => speeds.of(item)?.seconds);

  /** Seconds that the running step would take in all, by what it has done since it first said how much that was. */
  function rateOf({ first, share }: Running): number | undefined {
    if (first === undefined || share <= first.share) return undefined;
    return (now() - first.at) / (share - first.share);
  }

  /** The same with what was expected, as long as there is little to go by; as the machine is now. */
  function wholeOf(step: Running, idle: number): number | undefined {
    const guess = step.expected === undefined ? undefined : step.expected / idle;
    const rate = rateOf(step);
    if (rate === undefined || step.first === undefined) return guess;
    const weight = guess === undefined ? 1 : belief(now() - step.first.at, step.share - step.first.share);
    return weight * rate + (1 - weight) * (guess ?? 0);
  }

  function leftOfStep(step: Running, whole: number): number {
    return step.first === undefined ? Math.max(0, whole - (now() - step.began)) : (1 - step.share) * whole;
  }

  /** How much longer than expected units of the running step take, on a machine that is ours. */
  function corrections({ expected, work }: Running, whole: number, idle: number): Map<string, number> {
    if (expected === undefined || expected === 0) return new Map();
    return new Map(work?.items.map((item) => [workKey(item), (whole * idle) / expected]));
  }

  function computeLeft(): number | undefined {
    if (running !== undefined && now() - running.began >= SEEN) machine = idleShare(running.meter.read(), threads);
    const idle = machine;
    let left = 0;
    let corrected = new Map<string, number>();
    if (running !== undefined) {
      const whole = wholeOf(running, idle);
      if (whole === undefined) return undefined;
      left += leftOfStep(running, whole);
      corrected = corrections(running, whole, idle);
    }
    for (const { work } of coming) {
      const seconds =
        work &&
        workSeconds(work, (item) => {
          const speed = speeds.of(item)?.seconds;
          return speed === undefined ? undefined : speed * (corrected.get(workKey(item)) ?? 1);
        });
      left += (seconds ?? 0) / idle;
    }
    return left;
  }

  /** @param took seconds of all the work; undefined where only what the step has counted itself is sure */
  function learn({ work, spent }: Running, took: number | undefined, load: Load): void {
    const idle = idleShare(load, threads);
    if (work === undefined || idle < DISTURBED) return;
    let [rest, restExpected] = [(took ?? 0) * idle, 0];
    const secondsOf = (item: Work): number => item.count * (speeds.of(item)?.seconds ?? 0);
    const indirect = work.items.filter((item) => {
      const own = spent.get(item.unit);
      const count = own?.count ?? (took === undefined ? 0 : item.count);
      if (own === undefined || count === 0) {
        restExpected += secondsOf(item);
        return true;
      }
      const seconds = (own.seconds * idle) / count;
      rest -= seconds * item.count;
      speeds.observe(workKey(item), seconds, load.busy);
      return false;
    });
    if (took === undefined || rest <= 0 || restExpected <= 0) return;
    for (const item of indirect) {
      const part = secondsOf(item);
      if (part < TELLING * restExpected) continue;
      speeds.observe(workKey(item), ((part / item.count) * rest) / restExpected, load.busy);
    }
  }

  return {
    expect(steps) {
      coming = steps;
    },
    begin({ name, work }) {
      coming = coming.filter((step) => step.name !== name);
      const expected = idleSeconds(work);
      running = {
        name,
        work,
        began: now(),
        expected,
        meter: watch(),
        spent: new Map(),
        share: 0,
        first: undefined,
        learnt: false,
      };
      told = undefined;
      const items = (work?.items ?? []).map(({ unit, facts, count, typical }) => ({ unit, facts, count, typical }));
      return { seconds: expected ?? null, items };
    },
    share(done) {
      if (running === undefined) return;
      running.share = Math.min(1, Math.max(running.share, done));
      running.first ??= { at: now(), share: running.share };
    },
    spent(unit, seconds, count) {
      const before = running?.spent.get(unit);
      const counted = count === undefined ? before?.count : (before?.count ?? 0) + count;
      running?.spent.set(unit, { seconds: (before?.seconds ?? 0) + seconds, count: counted });
    },
    learn() {
      if (running === undefined || running.learnt) return false;
      const rate = rateOf(running);
      if (rate === undefined || now() - running.began < BELIEVED || running.share < MIN_SHARE) return false;
      running.learnt = true;
      learn(running, rate, running.meter.read());
      return true;
    },
    end(complete) {
      if (running === undefined) return undefined;
      const load = running.meter.read();
      learn(running, complete ? now() - running.began : undefined, load);
      running = undefined;
      return load;
    },
    secondsLeft() {
      if (told === undefined || now() - told.at >= FRESH) told = { at: now(), seconds: computeLeft() };
      return told.seconds;
    },
    open: () => coming.some(({ work }) => idleSeconds(work) === undefined),
  };
}
