/** The scales of the slides of a table that do not state one: see `estimateScale`. */
import { FtuError } from '@ftuseg/core';
import { openSlide, pixelScaleOf, type SlideRow } from '@ftuseg/slide';
import { ensembleOf, type WeightedModel } from '../model/ensemble.js';
import type { SizedEstimate } from '../outputs/scale-estimate.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { estimateScale } from './estimate-scale.js';

export interface EstimateScalesOptions {
  readonly settings?: PredictSettings | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
  /** Told of each estimate as soon as it is there. */
  readonly onEstimate?: ((estimate: EstimatedScale) => void) | undefined;
  /** Told of each slide without an estimate. */
  readonly onFailure?: ((failure: FailedScale) => void) | undefined;
}

export interface EstimatedScale extends SizedEstimate {
  readonly id: string;
}

export interface FailedScale {
  readonly id: string;
  readonly error: FtuError;
}

/** Of the slides of a table that need one, in order. */
export interface ScaleEstimates {
  readonly estimates: readonly EstimatedScale[];
  readonly failures: readonly FailedScale[];
}

/**
 * Estimates the scale of every slide of which neither table nor file states one. A slide that does not open, or on which nothing of a fitting size is found
 * at any scale, does not stop the others.
 *
 * @returns nothing where all state theirs
 * @throws {FtuError} `unsupported` for models that do not work at micrometres per pixel; `cancelled`
 * @example
 * const { estimates } = await estimateScales(rows, models);
 */
export async function estimateScales(
  rows: readonly SlideRow[],
  models: readonly WeightedModel[],
  options: EstimateScalesOptions = {},
): Promise<ScaleEstimates> {
  const [first] = ensembleOf(models).members;
  if (first?.model.card.micronsPerPixel === null) {
    throw new FtuError('unsupported', 'the model was trained by a factor, so that sizes say nothing to it', {
      subject: '--estimate-scale',
      hint: 'say the factor with --downsample',
    });
  }
  const estimates: EstimatedScale[] = [];
  const failures: FailedScale[] = [];
  for (const row of rows) {
    try {
      const estimate = await estimateOf(row, models, options);
      if (estimate === undefined) continue;
      estimates.push(estimate);
      options.onEstimate?.(estimate);
    } catch (error) {
      if (!(error instanceof FtuError) || error.code === 'cancelled') throw error;
      const failure = { id: row.id, error };
      failures.push(failure);
      options.onFailure?.(failure);
    }
  }
  return { estimates, failures };
}

/** @returns undefined for a slide that has a scale */
async function estimateOf(
  row: SlideRow,
  models: readonly WeightedModel[],
  { settings = {}, signal, onProgress }: EstimateScalesOptions,
): Promise<EstimatedScale | undefined> {
  if ((row.pixelSize ?? row.micronsPerPixel) !== undefined) return undefined;
  const slide = await openSlide(row.image);
  try {
    if (pixelScaleOf(row, slide, settings.micronsPerPixel) !== undefined) return undefined;
    const onScale = (scale: number) => onProgress?.(`${row.id}: assuming ${scale.toPrecision(3)} µm per pixel`);
    const estimate = await estimateScale(slide, models, { settings, signal, onScale });
    if (estimate === undefined) throw nothingFound();
    return { ...estimate, id: row.id };
  } finally {
    await slide.close();
  }
}

const nothingFound = (): FtuError =>
  new FtuError('bad-input', 'nothing of the size of what the model knows is found at any scale', {
    hint: 'give its scale in column "mpp" of the slide table or with --microns-per-pixel',
  });
