/** The work of a prepare step: slides are read, and their labels brought to the working resolution. */

import { labellingWork } from '../../estimate/slide-work.js';
import type { StepWork } from '../../estimate/work.js';
import { sumWork } from '../../estimate/work.js';
import type { EstimateContext } from '../../step-kind/step-kind.js';
import { readingOf } from '../shared/work/reading-work.js';
import { eachSlide } from '../shared/work/surveyed-slides.js';
import type { PrepareStep } from './schema.js';

export async function prepareWork(step: PrepareStep, context: EstimateContext): Promise<StepWork> {
  const read = await readingOf(context, step.slides, step);
  return { items: sumWork([...read, ...(await eachSlide(context, step.slides, labellingWork))]) };
}
