/**
 * The plan of a slide of a table. Where neither the model nor the slide says anything of scale, its own pixels are all that there is to go by:
 * they are taken, and a person is warned.
 */
import { pixelScaleOf, type Slide, type SlideRow } from '@ftuseg/slide';
import type { Ensemble } from '../model/ensemble.js';
import type { ResolvedSettings } from '../settings/resolve-settings.js';
import { planSlide, type SlidePlan } from './plan.js';

export interface RowPlan {
  readonly plan: SlidePlan;
  /** What a person must look at before the result is used. */
  readonly warning?: string;
}

/**
 * @throws {FtuError} as `planSlide`; so for a model without a scale on a slide that has one
 * @example
 * const { plan, warning } = planRow(slide, row, ensemble, settings);
 */
export function planRow(slide: Slide, row: SlideRow, ensemble: Ensemble, settings: ResolvedSettings): RowPlan {
  const scale = pixelScaleOf(row, slide, settings.micronsPerPixel);
  const told = ensemble.members.some(
    ({ model: { card } }) => (card.micronsPerPixel ?? card.downsample ?? null) !== null,
  );
  if (told || scale !== undefined || settings.downsample !== undefined)
    return { plan: planSlide(slide, ensemble, settings, scale) };
  return {
    plan: planSlide(slide, ensemble, { ...settings, downsample: 1 }, undefined),
    warning:
      "neither the model nor the slide says its scale, so that the network saw the slide's own pixels: look at the result, and say the factor with --downsample",
  };
}
