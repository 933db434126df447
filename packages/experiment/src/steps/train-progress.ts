/** What a training says while it works, as lines for people, the share that is done, and the seconds that went into each part. */
import { formatProgress, type TrainProgress } from '@ftuseg/train';
import type { StepContext } from '../engine/step.js';

type Listener = Pick<StepContext, 'note' | 'progress' | 'share' | 'spent'>;

/**
 * @param folds how many are trained, one after the other
 * @param batchSize images of a step
 * @param now seconds on a steady clock
 */
export function trainReporter(
  { note, progress, share, spent }: Listener,
  { folds, batchSize }: { readonly folds: number; readonly batchSize: number },
  now: () => number = () => performance.now() / 1000,
): (event: TrainProgress) => void {
  let last = now();
  let fold: number | undefined;
  let finished = -1;
  const since = (): number => {
    const before = last;
    last = now();
    return last - before;
  };
  return (event) => {
    const seconds = since();
    if (event.kind === 'step') {
      if (finished < 0 || event.fold !== fold) finished++;
      fold = event.fold;
      spent('training image', seconds, batchSize);
      share((finished + event.step / event.steps) / folds);
    } else if (event.kind === 'validation') spent('validated tile', seconds);
    const text = formatProgress(event);
    if (event.kind === 'epoch' || event.kind === 'note') note(`  ${text}`);
    else progress(text);
  };
}
