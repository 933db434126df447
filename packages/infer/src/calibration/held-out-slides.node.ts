/** Slides with their truth and the models that never saw them, for whatever is learnt from both. */
import { FtuError } from '@ftuseg/core';
import { type ClassMap, checkTruths, type SlideTruth } from '@ftuseg/slide';
import type { WeightedModel } from '../model/ensemble.js';
import type { TuningJob } from '../tuning/predict-slides.node.js';
import { groupSlides, readTruths } from '../tuning/truths.node.js';
import type { TruthOfSlide } from '../tuning/tuning-slide.node.js';
import { requireClasses } from './require-classes.js';

export interface HeldOutOptions {
  /** Classes of the models, and which label values of the truth they are. */
  readonly classes: ClassMap;
  /** Column whose slides are left out together, or `none`; if unset, as core's `defaultGroupColumn` finds it. */
  readonly group?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onTruths?: ((truths: readonly SlideTruth[]) => void) | undefined;
  readonly onNote?: ((sentence: string) => void) | undefined;
}

export interface HeldOutSlide {
  readonly known: TruthOfSlide;
  /** Open while the slide is looked at. */
  readonly models: readonly WeightedModel[];
  /** From 1. */
  readonly number: number;
  readonly total: number;
}

/**
 * All truths are checked before the first slide.
 * @returns the groups of all slides, by id
 * @throws {FtuError} `bad-input` for no slide, and for models with other classes; as reading truths; `cancelled`
 */
export async function eachHeldOutSlide(
  jobs: readonly TuningJob[],
  { classes, group, signal, onTruths, onNote }: HeldOutOptions,
  visit: (slide: HeldOutSlide) => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const rows = jobs.flatMap((job) => job.rows);
  if (rows.length === 0) throw new FtuError('bad-input', 'there are no slides to calibrate on');
  onTruths?.(await checkTruths(rows, classes, signal));
  const { groups, note } = groupSlides(rows, group);
  if (note !== undefined) onNote?.(note);
  let number = 0;
  for (const job of jobs) {
    const truths = await readTruths(job.rows, classes, groups, signal);
    const models = await job.load();
    try {
      requireClasses(models, classes);
      for (const known of truths) {
        number++;
        await visit({ known, models, number, total: rows.length });
      }
    } finally {
      await Promise.all(models.map(({ model }) => model.close()));
    }
  }
  return groups;
}
