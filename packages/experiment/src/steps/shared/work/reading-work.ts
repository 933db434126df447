/** The work of reading slides whole at the resolution of a prepare step. */
import { readingWork } from '../../../estimate/slide-work.js';
import type { Work } from '../../../estimate/work.js';
import type { EstimateContext } from '../../../step-kind/step-kind.js';
import type { PrepareStep } from '../../prepare/schema.js';
import { eachInTurn, slidesOf, workingSize } from './surveyed-slides.js';

export async function readingOf(context: EstimateContext, slides: string, like: PrepareStep): Promise<Work[]> {
  return eachInTurn(await slidesOf(context, slides), async (slide) => {
    const size = workingSize(slide, like);
    const tiling = { ...size, tile: like.tile, columns: [0], rows: [0] };
    const { secondsPerMegapixel } = await context.survey.look(slide, tiling);
    return [readingWork(slide, size, secondsPerMegapixel)];
  });
}
