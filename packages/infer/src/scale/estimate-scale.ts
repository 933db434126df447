/**
 * The scale of a slide that does not state one, from the size of what is found on it. It is an estimate that a person confirms: a network finds something
 * at every scale.
 */
import {
  equivalentDiameter,
  FtuError,
  isWhole,
  MAX_MICRONS,
  MIN_MICRONS,
  objectsOf,
  type Raster,
  type Rect,
  sampleTiles,
  stainedShare,
  TISSUE_SHARE,
} from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { ensembleOf, type WeightedModel } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import { fixedPoint } from '../outputs/fixed-point.js';
import { objectStatistics } from '../outputs/objects/object-statistics.js';
import type { SizedEstimate } from '../outputs/scale-estimate.js';
import { type WorkingGrid, workingGrid } from '../plan/working-grid.js';
import { predictSlide } from '../predict/predict-slide.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { readAround } from '../tiles/read-window.js';
import { rasterSlide } from './raster-slide.js';
import { type AssumedObject, estimateFrom, type Quartiles, type ScaleEvidence } from './scale-evidence.js';

/** Mature human glomeruli, where a card does not say how large its objects were. */
const USUAL_SIZES: Quartiles = [150, 200, 250];
/** Assumed scales grow by the root of two. */
const STEP = Math.SQRT2;
const FINEST = 0.125;
const COARSEST = 8;
/** Windows of a slide that are looked at, in each some objects have room. */
const WINDOWS = 6;
const WINDOW_TILES = 3;

export interface EstimateScaleOptions {
  readonly settings?: PredictSettings | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told before each assumed scale is looked at. */
  readonly onScale?: ((micronsPerPixel: number) => void) | undefined;
}

/**
 * Estimates the scale of a slide, whatever it states: the first model looks at windows of tissue at assumed scales from 0.125 to 8 µm per pixel.
 *
 * @returns undefined where nothing of a fitting size is found at any of them
 * @throws {FtuError} `unsupported` for a model that does not work at micrometres per pixel; as `predictSlide`
 * @example
 * const estimate = await estimateScale(slide, models);
 */
export async function estimateScale(
  slide: Slide,
  models: readonly (SegmentationModel | WeightedModel)[],
  { settings = {}, signal, onScale }: EstimateScaleOptions = {},
): Promise<SizedEstimate | undefined> {
  const [first] = ensembleOf(models).members;
  if (first === undefined || first.model.card.micronsPerPixel === null) {
    throw new FtuError('unsupported', 'the model was trained by a factor, so that sizes say nothing to it', {
      hint: 'say the scale itself',
    });
  }
  const { objectSizes } = first.model.card;
  const evidence: ScaleEvidence[] = [];
  for (let scale = FINEST; scale <= COARSEST; scale *= STEP) {
    onScale?.(scale);
    const one = await evidenceAt(slide, scale, { model: first, settings, signal });
    if (one !== undefined) evidence.push(one);
  }
  const estimate = estimateFrom(evidence, objectSizes?.diameters ?? USUAL_SIZES);
  if (estimate === undefined) return undefined;
  const sizesFrom = objectSizes === undefined ? 'usual glomeruli' : 'model card';
  const micronsPerPixel = Math.min(Math.max(estimate.micronsPerPixel, MIN_MICRONS), MAX_MICRONS);
  return { ...estimate, micronsPerPixel, sizesFrom };
}

interface Assumed {
  readonly model: WeightedModel;
  readonly settings: PredictSettings;
  readonly signal: AbortSignal | undefined;
}

/** @returns undefined at a scale at which nothing of the slide would be left, or everything would be enlarged out of nothing */
async function evidenceAt(
  slide: Slide,
  micronsPerPixel: number,
  { model, settings, signal }: Assumed,
): Promise<ScaleEvidence | undefined> {
  const { card } = model.model;
  const working = card.micronsPerPixel ?? Number.NaN;
  const grid = gridAt(slide, micronsPerPixel, card);
  if (grid === undefined) return undefined;
  const objects: AssumedObject[] = [];
  let area = 0;
  for (const window of await tissueWindows(slide, grid, WINDOW_TILES * card.tileSize, signal)) {
    // Only what shapes objects is asked for: views, scales and cleaning would cost time and change little.
    const { threshold, tileSize, icc, stainNormalisation, stainTarget } = settings;
    const found = await predictSlide(rasterSlide(window, slide), [model], {
      threshold,
      tileSize,
      icc,
      stainNormalisation,
      stainTarget,
      downsample: 1,
      all: true,
      signal,
    });
    const runs = objectsOf(found.mask);
    const whole = async function* () {
      yield { left: 0, probability: fixedPoint(found.probability), agreement: undefined };
    };
    const statistics = await objectStatistics(found.mask, runs, whole(), found.plan.grid);
    for (const [i, { area: pixels, box }] of runs.objects.entries()) {
      if (!isWhole(box, window)) continue;
      const diameter = equivalentDiameter(pixels) * working;
      objects.push({ diameter, probability: statistics[i]?.probability ?? 0 });
    }
    area += window.width * window.height * working ** 2;
  }
  return area === 0 ? undefined : { micronsPerPixel, objects, area };
}

function gridAt(
  slide: Slide,
  micronsPerPixel: number,
  card: Parameters<typeof workingGrid>[1],
): WorkingGrid | undefined {
  try {
    const grid = workingGrid(slide, card, { micronsPerPixel });
    return grid.width * grid.height > 0 ? grid : undefined;
  } catch (error) {
    if (error instanceof FtuError) return undefined;
    throw error;
  }
}

/** A few windows with tissue, spread over the slide. */
async function tissueWindows(
  slide: Slide,
  grid: WorkingGrid,
  side: number,
  signal: AbortSignal | undefined,
): Promise<Raster[]> {
  const places = sampleTiles(grid.width, grid.height, side);
  const windows: Raster[] = [];
  const empty: Raster[] = [];
  for (const place of places.slice(0, 4 * WINDOWS) as Rect[]) {
    const window = await readAround(slide, grid, place, signal, () => undefined);
    if (stainedShare(window, 4) >= TISSUE_SHARE) windows.push(window);
    else empty.push(window);
    if (windows.length === WINDOWS) break;
  }
  // On a slide without colour nothing is stained.
  return windows.length > 0 ? windows : empty.slice(0, WINDOWS);
}
