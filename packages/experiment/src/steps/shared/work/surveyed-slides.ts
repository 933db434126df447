/** Slides of a recipe as estimates see them: their sizes, and what each of them costs. */
import type { SurveyedSlide } from '../../../estimate/survey.js';
import type { Work } from '../../../estimate/work.js';
import { rowsOf } from '../../../step-kind/outputs.js';
import type { EstimateContext } from '../../../step-kind/step-kind.js';
import type { PrepareStep } from '../../prepare/schema.js';

/** @param name an entry of the recipe's `slides` */
export const slidesOf = (context: EstimateContext, name: string): Promise<readonly SurveyedSlide[]> =>
  context.survey.slides(rowsOf(context, name));

/** Work of every slide of an entry. */
export const eachSlide = async (
  context: EstimateContext,
  name: string,
  of: (slide: SurveyedSlide) => readonly Work[],
): Promise<Work[]> => (await slidesOf(context, name)).flatMap(of);

/** Work of a list, one after the other, because some of it is timed. */
export async function eachInTurn<T>(list: readonly T[], of: (one: T) => Promise<readonly Work[]>): Promise<Work[]> {
  const items: Work[] = [];
  for (const one of list) items.push(...(await of(one)));
  return items;
}

/** Working pixels of a slide at the resolution of a prepare step. */
export function workingSize(
  slide: SurveyedSlide,
  { micronsPerPixel, downsample }: Pick<PrepareStep, 'micronsPerPixel' | 'downsample'>,
): { width: number; height: number; downsample: number } {
  const factor =
    micronsPerPixel === undefined ? (downsample ?? 1) : micronsPerPixel / (slide.micronsPerPixel ?? micronsPerPixel);
  return {
    width: Math.max(1, Math.round(slide.width / factor)),
    height: Math.max(1, Math.round(slide.height / factor)),
    downsample: factor,
  };
}
