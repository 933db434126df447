/**
 * The learning rate over a run, as a factor of the peak rate and a function of progress (0 at the start, 1 at the end):
 * progress may follow steps or the clock, so that a run with a time budget still ends its schedule.
 */
import type { ScheduleConfig } from './config.js';

/**
 * Linear warm-up from zero over the first `warmup` of the run, then constant, or half a cosine down to `final`
 * (Loshchilov & Hutter 2017, SGDR, one cycle).
 *
 * @param progress 0..1
 * @example
 * learningRateFactor({ name: 'cosine', warmup: 0, final: 0 }, 0.5); // 0.5
 */
export function learningRateFactor({ name, warmup, final }: ScheduleConfig, progress: number): number {
  if (progress < warmup) return progress / warmup;
  if (name === 'constant') return 1;
  const through = Math.min((progress - warmup) / (1 - warmup), 1);
  return final + ((1 - final) * (1 + Math.cos(Math.PI * through))) / 2;
}
