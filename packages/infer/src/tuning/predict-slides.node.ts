/** Every slide of a search through the models that never saw it. */
import { FtuError } from '@ftuseg/core';
import type { SlideRow } from '@ftuseg/slide';
import type { TileProgress } from '../bands/predicted-band.js';
import { ensembleOf, type WeightedModel } from '../model/ensemble.js';
import { describeProgress } from '../predict/progress.js';
import { predictForTuning, type TruthOfSlide, type TuningSlide, type TuningSlideOptions } from './tuning-slide.node.js';

/** Slides that one model, or one ensemble, never saw. */
export interface TuningJob {
  readonly rows: readonly SlideRow[];
  /** Loads what predicts them; it is closed when they are predicted. */
  readonly load: () => Promise<readonly WeightedModel[]>;
}

export interface PredictSlidesOptions
  extends Pick<TuningSlideOptions, 'settings' | 'areaUnit' | 'cache' | 'low' | 'refined' | 'signal' | 'onNote'> {
  readonly classes: readonly string[];
  readonly onProgress: ((text: string) => void) | undefined;
  /** Told which share of the slides is predicted, 0..1. */
  readonly onShare: ((done: number) => void) | undefined;
}

/**
 * @param truths of each job's rows, in their order
 * @throws {FtuError} `bad-input` for models with other classes; as `predictSlide`
 */
export async function predictSlides(
  jobs: readonly TuningJob[],
  truths: readonly (readonly TruthOfSlide[])[],
  { classes, onProgress, onShare, ...options }: PredictSlidesOptions,
): Promise<TuningSlide[]> {
  const total = truths.reduce((sum, list) => sum + list.length, 0);
  const slides: TuningSlide[] = [];
  for (const [job, { load }] of jobs.entries()) {
    const models = await load();
    try {
      requireClasses(ensembleOf(models).classes, classes);
      for (const known of truths[job] ?? []) {
        const number = slides.length;
        const report = (area: number) => {
          const describe = describeProgress(known.row.id, number + 1, total, area);
          return (progress: TileProgress) => {
            onShare?.((number + progress.done / Math.max(1, progress.total)) / total);
            onProgress?.(describe(progress).text);
          };
        };
        slides.push(await predictForTuning(known, { ...options, models, number, onProgress: report }));
      }
    } finally {
      await Promise.all(models.map(({ model }) => model.close()));
    }
  }
  return slides;
}

function requireClasses(found: readonly string[], wanted: readonly string[]): void {
  if (found.length === wanted.length && found.every((name, c) => name === wanted[c])) return;
  throw new FtuError('bad-input', `the model knows ${found.join(', ')}, the classes are ${wanted.join(', ')}`, {
    subject: 'classes',
    hint: 'name the classes as the model does',
  });
}
