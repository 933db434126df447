/** Dice of each slide against its truth, found in the background one after the other, where no evaluation has them. */
import { defaultClasses, evaluatePredictions } from '@ftuseg/infer';
import { truthSource } from '@ftuseg/slide';
import type { StudioSlide } from '../context.js';
import type { ReadPrediction } from '../predictions/open-prediction.js';
import { sentenceOf } from '../problem.js';

export interface ScoreOptions {
  readonly slides: readonly StudioSlide[];
  readonly prediction: ReadPrediction;
  readonly signal: AbortSignal;
  readonly onDice: (slide: StudioSlide, dice: number) => void;
  readonly onNote: (sentence: string) => void;
}

/** Resolves when all are done; slides without truth or prediction are passed over, those that fail are named. */
export async function scoreSlides({ slides, prediction, signal, onDice, onNote }: ScoreOptions): Promise<void> {
  const classes = defaultClasses(prediction.classes);
  for (const slide of slides) {
    if (signal.aborted) return;
    if (prediction.reported.get(slide.row.id)?.status !== 'predicted') continue;
    try {
      if (truthSource(slide.row) === undefined) continue;
      const rows = [slide.row];
      const { meanDice } = await evaluatePredictions({ rows, predictions: prediction.folder, classes, signal });
      onDice(slide, meanDice);
    } catch (error) {
      if (!signal.aborted) onNote(`no Dice for slide ${slide.row.id}: ${sentenceOf(error)}`);
    }
  }
}
