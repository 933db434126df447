/** What all ranks of a fold have to see alike: the clock of rank 0, and whether anybody was asked to stop. */
import type { TrainingRanks } from '../ranks/training-ranks.js';
import type { Budget } from './budget.js';

export interface Agreement {
  /** As rank 0 had it at the last `update`; for a training in one process, as it is. */
  readonly budget: Budget;
  /** One small sum; to be called at the same places on all ranks. @param seconds that are left for the run */
  update(step: number, seconds: number): { readonly stop: boolean; readonly secondsLeft: number };
}

/** @param asked whether this rank was asked to stop */
export function createAgreement(ranks: TrainingRanks, own: Budget, asked: () => boolean): Agreement {
  let [progress, timeIsUp] = [own.progress(0), own.timeIsUp()];
  const agreed: Budget = { ...own, progress: () => progress, timeIsUp: () => timeIsUp };
  return {
    budget: ranks.size === 1 ? own : agreed,
    update(step, seconds) {
      // No limit is an infinite number of seconds, which times 0 is none.
      const values = [own.progress(step), own.timeIsUp() ? 1 : 0, Math.min(seconds, Number.MAX_VALUE)];
      const { stop, decided } = ranks.agree(asked(), values);
      const [share = 0, up = 0, secondsLeft = 0] = decided;
      progress = share;
      timeIsUp = up > 0;
      return { stop, secondsLeft };
    },
  };
}
