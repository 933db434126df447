/** What a training says while it works, as lines for people, the share that is done, and the seconds that went into each part. */
import { formatProgress, type TrainProgress } from '@ftuseg/train';
import type { StepContext } from '../../step-kind/step-kind.js';

type Listener = Pick<StepContext, 'note' | 'progress' | 'share' | 'spent'>;

/**
 * @param folds that are trained, one after the other
 * @param batchSize images of a step
 * @param now seconds on a steady clock
 */
export function trainReporter(
  { note, progress, share, spent }: Listener,
  { folds, batchSize }: { readonly folds: readonly (number | undefined)[]; readonly batchSize: number },
  now: () => number = () => performance.now() / 1000,
): (event: TrainProgress) => void {
  let last = now();
  const since = (): number => {
    const before = last;
    last = now();
    return last - before;
  };
  return (event) => {
    const seconds = since();
    if (event.kind === 'step') {
      spent('training image', seconds, batchSize);
      share((folds.indexOf(event.fold) + event.step / event.steps) / folds.length);
    } else if (event.kind === 'validation') spent('validated tile', seconds);
    const text = formatProgress(event);
    if (event.kind === 'epoch' || event.kind === 'note') note(`  ${text}`);
    else progress(text);
  };
}
