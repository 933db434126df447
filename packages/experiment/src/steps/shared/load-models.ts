/** The files of chosen models, loaded while a step predicts, and closed however it ends. */
import { type Raster, resizeBilinear } from '@ftuseg/core';
import {
  closeModels,
  loadModels,
  mayShare,
  type PredictSettings,
  predictSlide,
  type WeightedModel,
} from '@ftuseg/infer';
import { pixelScaleOf, type Slide, type SlideRow } from '@ftuseg/slide';
import type { RunContext } from '../../step-kind/step-kind.js';
import type { ChosenModel } from './models.js';

/** @param share as `loadModels` takes it. @throws {FtuError} as `loadModels` */
export const loadChosen = (
  { device, threads, note }: Pick<RunContext, 'device' | 'threads' | 'note'>,
  chosen: readonly ChosenModel[],
  share = false,
): Promise<readonly WeightedModel[]> =>
  loadModels(
    chosen.map(({ fold, weight }) => ({ path: fold.model, weight })),
    { device, threads, share, onNote: note },
  );

/** Runs a prediction with models loaded, and closes them however it ends. */
export async function withModels<T>(
  context: Pick<RunContext, 'device' | 'threads' | 'note'>,
  chosen: readonly ChosenModel[],
  settings: PredictSettings,
  work: (models: readonly WeightedModel[]) => Promise<T>,
): Promise<T> {
  const models = await loadChosen(context, chosen, mayShare(settings));
  try {
    return await work(models);
  } finally {
    await closeModels(models);
  }
}

/** Probabilities of a slide, height x width x classes, at the size of its prepared raster. */
export async function probabilityAt(
  { row, slide }: { readonly row: SlideRow; readonly slide: Slide },
  models: readonly WeightedModel[],
  settings: PredictSettings,
  { width, height }: { readonly width: number; readonly height: number },
  signal: AbortSignal | undefined,
): Promise<Raster<Float32Array>> {
  const { probability } = await predictSlide(slide, models, {
    ...settings,
    signal,
    scale: pixelScaleOf(row, slide, settings.micronsPerPixel),
  });
  return resizeBilinear(probability, width, height);
}
