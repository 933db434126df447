/** The scales of the slides of a table that do not state one: see `estimateScale`. */
import { FtuError } from '@ftuseg/core';
import { openSlide, pixelScaleOf, type SlideRow } from '@ftuseg/slide';
import { ensembleOf, type WeightedModel } from '../model/ensemble.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { estimateScale, type SizedEstimate } from './estimate-scale.js';

export interface EstimateScalesOptions {
  readonly settings?: PredictSettings | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

export interface EstimatedScale extends SizedEstimate {
  readonly id: string;
}

/**
 * Estimates the scale of every slide of which neither table nor file states one.
 *
 * @returns for these, in order; none where all state theirs
 * @throws {FtuError} `unsupported` for models that do not work at micrometres per pixel; `bad-input` naming a slide on which nothing of a fitting size is
 * found at any scale; as `predictSlide`
 * @example
 * const [estimate] = await estimateScales(rows, models);
 */
export async function estimateScales(
  rows: readonly SlideRow[],
  models: readonly WeightedModel[],
  { settings = {}, signal, onProgress }: EstimateScalesOptions = {},
): Promise<EstimatedScale[]> {
  const [first] = ensembleOf(models).members;
  if (first?.model.card.micronsPerPixel === null) {
    throw new FtuError('unsupported', 'the model was trained by a factor, so that sizes say nothing to it', {
      subject: '--estimate-scale',
      hint: 'say the factor with --downsample',
    });
  }
  const found: EstimatedScale[] = [];
  for (const row of rows) {
    const slide = await openSlide(row.image);
    try {
      if (pixelScaleOf(row, slide, settings.micronsPerPixel) !== undefined) continue;
      const onScale = (scale: number) => onProgress?.(`${row.id}: assuming ${scale.toPrecision(3)} µm per pixel`);
      const estimate = await estimateScale(slide, models, { settings, signal, onScale });
      if (estimate === undefined) throw nothingFound(row);
      found.push({ ...estimate, id: row.id });
    } finally {
      await slide.close();
    }
  }
  return found;
}

const nothingFound = ({ id }: SlideRow): FtuError =>
  new FtuError('bad-input', 'nothing of the size of what the model knows is found at any scale', {
    subject: `slide ${id}`,
    hint: 'give its scale in column "mpp" of the slide table or with --microns-per-pixel',
  });
