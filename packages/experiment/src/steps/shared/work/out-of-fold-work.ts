/** The work of showing each fold of a training the slides that validated it: together, all official slides once. */
import { scoringWork } from '../../../estimate/slide-work.js';
import { sumWork, timesWork, type Work } from '../../../estimate/work.js';
import type { EstimateContext } from '../../../step-kind/step-kind.js';
import { officialPrepares } from '../../train/roles.js';
import { trainingOf } from '../../train/training.js';
import { predictionWork } from './prediction-work.js';
import { eachInTurn, eachSlide } from './surveyed-slides.js';

/**
 * @param name train step
 * @param scored whether masks are made of the answers, and scored
 */
export async function outOfFoldWork(
  context: EstimateContext,
  name: string,
  settings: Readonly<Record<string, unknown>>,
  scored: boolean,
): Promise<Work[]> {
  const training = trainingOf(context, name);
  const options = scored ? { settings, outputs: [] } : { settings };
  const entries = officialPrepares(context.checked.file.recipe, training.step).map(({ slides }) => slides);
  const predicted = await eachInTurn(entries, (slides) =>
    predictionWork(context, [{ training, count: 1 }], slides, options),
  );
  // Every fold is loaded, though each predicts its own slides only.
  const once = sumWork(predicted).map((item) =>
    item.unit === 'loaded network'
      ? { ...item, count: training.folds.length }
      : { ...item, count: item.count * training.validated },
  );
  const scores = await eachInTurn(scored ? entries : [], (slides) =>
    eachSlide(context, slides, (slide) => scoringWork(slide, false)),
  );
  return [...once, ...timesWork(scores, training.validated)];
}
