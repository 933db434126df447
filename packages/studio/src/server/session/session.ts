/** What a page is told first. */
import type { StudioSession } from '../../protocol/slides.js';
import { studioClasses } from '../../session/classes.js';
import type { OpenPrediction } from '../context.js';

export interface SessionFacts {
  readonly title: string;
  readonly version: string;
  readonly truth: boolean;
}

export function studioSession(facts: SessionFacts, predictions: readonly OpenPrediction[]): StudioSession {
  return {
    ...facts,
    classes: studioClasses(predictions.flatMap(({ classes }) => classes)),
    predictions: predictions.map(({ id, name, models, classes, thresholds }) => ({
      id,
      name,
      models,
      classes,
      thresholds,
    })),
    corrects: predictions[0]?.id,
  };
}
