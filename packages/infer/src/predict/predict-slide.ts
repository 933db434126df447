/**
 * One slide through an ensemble, with all of its probabilities kept in memory: for pictures and regions, in Node and in a page.
 * Whole slides go through `predictBands`.
 */
import { type Raster, type Rect, type RunMask, raster, type Scale } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { TileProgress } from '../bands/predicted-band.js';
import { collectRuns } from '../level0/collect-runs.js';
import type { ColumnRuns } from '../level0/column-runs.js';
import { postprocess } from '../level0/postprocess.js';
import { ensembleOf, type WeightedModel } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import { planSlide, type SlidePlan } from '../plan/plan.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { resolveSettings } from '../settings/resolve-settings.js';
import { placeColumns } from '../tiles/columns.js';
import { predictBands } from './predict-bands.js';

export interface PredictOptions extends PredictSettings {
  /** Micrometres per level-0 pixel where they are known better than by the slide; unlike `micronsPerPixel`, both sides if need be. */
  readonly scale?: Scale | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after every batch; tiles count once per view. */
  readonly onProgress?: ((progress: TileProgress) => void) | undefined;
}

export interface SlidePrediction {
  readonly plan: SlidePlan;
  /** Probabilities on the plan's grid, H x W x classes, 0..1: the mean over tiles, views and models, after DenseCRF. */
  readonly probability: Raster<Float32Array>;
  /** As in `ProbabilityBand`; undefined for a single model. */
  readonly agreement: Raster | undefined;
  /** Level-0 labels: k for the models' class k - 1, after post-processing. */
  readonly mask: RunMask;
  /** Tiles of the plan that were taken for background and not looked at. */
  readonly background: number;
  /** What could not be decoded and was taken for white, level-0 pixels. */
  readonly unreadable: readonly Rect[];
}

/**
 * Segments a slide: resamples it to the models' resolutions, predicts overlapping tiles, averages probabilities over tiles, views and
 * models, refines them by DenseCRF if asked, enlarges them to level 0, thresholds them there and cleans the objects up.
 *
 * A slide smaller than a tile is mirrored at its right and bottom. Memory: 4 bytes per working pixel and class.
 * @param models one, or an ensemble of models that know the same classes
 * @throws {FtuError} `bad-input` for impossible settings, or when a model has a resolution and the slide has none;
 * `cancelled` after `signal` fired; whatever the slide's reader and the session throw
 * @example
 * const { mask } = await predictSlide(await openSlide('slide.tif'), [model], { views: 'd4', micronsPerPixel: 0.5 });
 * rleOfRuns(mask);
 */
export async function predictSlide(
  slide: Slide,
  models: readonly (SegmentationModel | WeightedModel)[],
  options: PredictOptions = {},
): Promise<SlidePrediction> {
  const { signal, onProgress, scale, ...given } = options;
  const ensemble = ensembleOf(models);
  const settings = resolveSettings(given, ensemble);
  const plan = planSlide(slide, ensemble, settings, scale ?? settings.micronsPerPixel);
  const { width, height } = plan.grid;
  const classes = plan.classes.length;
  const probability = raster(width, height, classes, new Float32Array(width * height * classes));
  let agreement: Raster | undefined;
  const runs: ColumnRuns[] = [];
  const unreadable: Rect[] = [];
  let background = 0;
  const bands = predictBands(slide, plan, {
    signal,
    onProgress,
    onUnreadable: (region) => unreadable.push(region),
    onBackground: (_member, _column, tiles) => {
      background += tiles;
    },
  });
  for await (const band of bands) {
    placeColumns(band.probability, band.left, probability);
    if (band.agreement !== undefined) {
      agreement ??= raster(width, height, classes, new Uint8Array(width * height * classes));
      placeColumns(band.agreement, band.left, agreement);
    }
    runs.push(band.runs);
  }
  const { mask } = postprocess(collectRuns(runs, slide.width, slide.height), plan);
  return { plan, probability, agreement, mask, background, unreadable };
}
