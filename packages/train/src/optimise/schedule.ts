/**
 * The learning rate over a run, as a factor of the peak rate. Most courses follow progress (0 at the start, 1 at the end), which may be
 * that of the steps or of the clock, so that a run with a time budget still ends its schedule; `reference` follows epochs, `plateau` scores.
 */
import type { ScheduleConfig } from '../config/learning.js';

/** Where a run is before a step. */
export interface ScheduleTime {
  /** 0..1 */
  readonly progress: number;
  /** From 0. */
  readonly epoch: number;
  /** Of the whole run. */
  readonly steps: number;
}

/** What `plateau` remembers between validations. */
export interface ScheduleState {
  readonly factor: number;
  readonly best: number | null;
  readonly waited: number;
}

export interface Schedule {
  factor(time: ScheduleTime): number;
  /** Tells the score of a validation, larger being better. */
  observe(score: number): void;
  state(): ScheduleState;
  restore(state: ScheduleState): void;
}

/** The reference solution's table: six rising epochs, the full rate, less from epochs 25 and 35 on. */
function referenceFactor(epoch: number): number {
  if (epoch < 6) return 0.15 * (epoch + 1);
  return epoch < 25 ? 1 : epoch < 35 ? 0.8 : 0.6;
}

const cosine = (from: number, to: number, share: number): number =>
  to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(Math.max(share, 0), 1)))) / 2;

/** One cycle (Smith & Topin 2018) with cosine phases, as PyTorch's `OneCycleLR` counts its steps. */
function oneCycleFactor({ warmup, divide, finalDivide }: ScheduleConfig, { progress, steps }: ScheduleTime): number {
  const step = progress * steps;
  const peak = warmup * steps - 1;
  const start = 1 / divide;
  // A warm-up of one step starts at the peak.
  if (step <= peak) return cosine(start, 1, peak === 0 ? 1 : step / peak);
  return cosine(1, start / finalDivide, (step - peak) / Math.max(steps - 1 - peak, 1e-9));
}

/** A gain smaller than this share of the best is none, as in PyTorch's `ReduceLROnPlateau`. */
const SMALLEST_GAIN = 1e-4;

/**
 * Linear warm-up from zero over the first `warmup` of the run, then constant, half a cosine down to `final` (Loshchilov & Hutter 2017,
 * SGDR), a power of the share of the run that is left (`polynomial`; Chen et al. 2017, arXiv:1606.00915, as nnU-Net uses it), or a factor that falls
 * by `factor` whenever the score has not improved for more than `patience` validations; one cycle and the reference's table have a start of their own.
 *
 * @example
 * const schedule = createSchedule({ ...config.schedule, name: 'cosine', warmup: 0, final: 0 });
 * schedule.factor({ progress: 0.5, epoch: 9, steps: 100 }); // 0.5
 */
export function createSchedule(config: ScheduleConfig): Schedule {
  const { name, warmup, final, power, patience, minimum } = config;
  let plateau: ScheduleState = { factor: 1, best: null, waited: 0 };
  return {
    factor(time) {
      if (name === 'reference') return referenceFactor(time.epoch);
      if (name === 'one-cycle') return oneCycleFactor(config, time);
      if (time.progress < warmup) return time.progress / warmup;
      if (name === 'plateau') return plateau.factor;
      if (name === 'constant') return 1;
      const share = (time.progress - warmup) / (1 - warmup);
      return name === 'polynomial' ? Math.max(0, 1 - share) ** power : cosine(1, final, share);
    },
    observe(score) {
      const { factor, best, waited } = plateau;
      if (best === null || score > best * (1 + SMALLEST_GAIN)) plateau = { factor, best: score, waited: 0 };
      else if (waited < patience) plateau = { factor, best, waited: waited + 1 };
      else plateau = { factor: Math.max(factor * config.factor, minimum), best, waited: 0 };
    },
    state: () => plateau,
    restore(state) {
      plateau = state;
    },
  };
}
