/** The first network of a cascade: it sees all tissue at a coarse scale, and the models look again where it may have seen something. */
import { FtuError } from '@ftuseg/core';
import type { CascadeCalibration, ModelCard } from '@ftuseg/nn';
import { type Ensemble, ensembleOf } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import { planSlide, type SlidePlan } from '../plan/plan.js';
import type { SlideSize } from '../plan/working-grid.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { type ResolvedSettings, resolveSettings } from '../settings/resolve-settings.js';

export interface Cascade {
  readonly model: SegmentationModel;
  /** The model by itself. */
  readonly ensemble: Ensemble;
  /** Of the first pass; what shapes its map is always the same, as the threshold was chosen for it. */
  readonly settings: ResolvedSettings;
  /** What its card says. */
  readonly calibration: CascadeCalibration;
}

/** The settings of a coarse pass, of which a caller may choose these: neither makes its probabilities lower. */
export const coarseSettings = (
  model: SegmentationModel,
  { all, micronsPerPixel }: Pick<PredictSettings, 'all' | 'micronsPerPixel'>,
): ResolvedSettings => resolveSettings({ all, micronsPerPixel }, ensembleOf([model]));

const refuse = (model: SegmentationModel, problem: string, hint: string, setting?: string): FtuError =>
  new FtuError('bad-input', problem, {
    subject: model.source.name,
    hint,
    ...(setting === undefined ? {} : { setting }),
  });

/**
 * @throws {FtuError} `bad-input` for a network that does not say its scale in micrometres: a coarse map is widened by micrometres
 */
export function requireCoarseScale(model: SegmentationModel): number {
  const { micronsPerPixel } = model.card;
  if (micronsPerPixel !== null) return micronsPerPixel;
  throw refuse(
    model,
    'the coarse network of a cascade must say its micrometres per pixel, and this one does not',
    'train it on data that were prepared with --microns-per-pixel',
  );
}

/**
 * What the card of a coarse network says of a cascade.
 * @param subject of the model, for error messages
 * @throws {FtuError} `bad-input` where it says nothing
 */
export function requireCascade({ cascade }: ModelCard, subject: string): CascadeCalibration {
  if (cascade !== undefined) return cascade;
  throw new FtuError('bad-input', 'the network is not calibrated for a cascade: nobody knows what it would miss', {
    subject,
    hint: `run \`ftu calibrate --cascade --model ${subject} --slides TABLE --out coarse.onnx\` with slides that it was not trained on`,
  });
}

/** @throws {FtuError} `bad-input` where the first pass is no coarser than what comes after it */
function requireCoarser(model: SegmentationModel, coarse: number, finest: number): void {
  if (coarse > finest * (1 + 1e-6)) return;
  const microns = (value: number): number => Number(value.toPrecision(3));
  throw refuse(
    model,
    `the coarse network works at ${microns(coarse)} µm per pixel and the models at ${microns(finest)}: a cascade would not be faster`,
    'take a network that was trained at a coarser scale, or leave cascade out',
  );
}

/**
 * @param settings of the prediction
 * @throws {FtuError} `bad-input` for a network with other classes than the models, without a scale, no coarser than they are, or that was not calibrated for
 * a cascade; and for masks of tiles that are joined
 * @example
 * predictTable(rows, models, { out, cascade: await loadModel('coarse.onnx') }); // asks it
 */
export function cascadeOf(model: SegmentationModel, ensemble: Ensemble, settings: ResolvedSettings): Cascade {
  const { classes } = model.card;
  if (classes.length !== ensemble.classes.length || classes.some((name, c) => name !== ensemble.classes[c])) {
    throw refuse(
      model,
      `the coarse network of a cascade must know the models' classes: it knows ${classes.join(', ')}, they know ${ensemble.classes.join(', ')}`,
      'train it on the same classes',
    );
  }
  const coarse = requireCoarseScale(model);
  if (settings.merge === 'or') {
    throw refuse(
      model,
      'cascade: with merge "or" the network sees every tile, so that a cascade does nothing',
      'merge by hann, gaussian, mean or center',
      'merge',
    );
  }
  const largest = Math.max(...settings.scales);
  for (const { model: fine } of ensemble.members) {
    const { micronsPerPixel } = fine.card;
    if (micronsPerPixel !== null && settings.downsample === undefined)
      requireCoarser(model, coarse, micronsPerPixel / largest);
  }
  const calibration = requireCascade(model.card, model.source.name);
  const { all, micronsPerPixel } = settings;
  return {
    model,
    ensemble: ensembleOf([model]),
    settings: coarseSettings(model, { all, micronsPerPixel }),
    calibration,
  };
}

/**
 * The plan of the first pass over a slide.
 * @param fine the plan of the prediction
 * @throws {FtuError} as `planSlide`, so for a slide whose scale is unknown; `bad-input` where the first pass is no coarser than the prediction
 */
export function planCoarse(slide: SlideSize, { model, ensemble, settings }: Cascade, fine: SlidePlan): SlidePlan {
  const plan = planSlide(slide, ensemble, settings, fine.scale);
  const finest = Math.min(...fine.members.map(({ grid }) => grid.downsample));
  const microns = requireCoarseScale(model);
  requireCoarser(model, microns, (microns * finest) / plan.grid.downsample);
  return plan;
}
