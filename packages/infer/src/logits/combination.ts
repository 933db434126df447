/** A prediction among many that share networks: which models, with what weight, under which settings. */
import type { ModelCard } from '@ftuseg/nn';
import type { Slide, SlideRow } from '@ftuseg/slide';
import { pixelScaleOf } from '@ftuseg/slide';
import { ensembleOf } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import { planSlide, type SlidePlan } from '../plan/plan.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { resolveSettings } from '../settings/resolve-settings.js';

/** A model before it is loaded. */
export interface KnownModel {
  /** Path of its file. */
  readonly path: string;
  readonly sha256: string;
  readonly card: ModelCard;
}

export interface Combination {
  readonly members: readonly { readonly model: KnownModel; readonly weight: number }[];
  readonly settings: PredictSettings;
}

/** A model that plans can be made with, and that nobody can ask. */
export function unloaded({ path, sha256, card }: KnownModel): SegmentationModel {
  const run = async (): Promise<never> => {
    throw new RangeError(`${path} is not loaded`);
  };
  const close = async (): Promise<void> => undefined;
  return { card, session: { run, close }, source: { name: path, sha256 }, close };
}

/**
 * @param modelOf what stands for each model in the plan; one that is not loaded if unset
 * @throws {FtuError} as `ensembleOf`, `resolveSettings` and `planSlide`
 */
export function planCombination(
  slide: Slide,
  row: SlideRow,
  { members, settings }: Combination,
  modelOf: (model: KnownModel) => SegmentationModel = unloaded,
): SlidePlan {
  const ensemble = ensembleOf(members.map(({ model, weight }) => ({ model: modelOf(model), weight })));
  const resolved = resolveSettings(settings, ensemble);
  return planSlide(slide, ensemble, resolved, pixelScaleOf(row, slide, resolved.micronsPerPixel));
}
