/** What a prediction in a page will take, from a tile that is measured before it starts, and what has to be smaller to fit. */
import { FtuError, type Scale } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { SegmentationModel } from '../../model/model.js';
import { imagesTogether } from '../../session/session.js';
import type { PredictSettings } from '../../settings/predict-settings.js';
import { planInStore } from '../predict-in-store.js';
import { backgroundShare } from './background-share.js';
import { predictionBytes, tileThatFits } from './memory.js';

/** What fits into memory. */
export interface FittingPrediction {
  /** What to predict with: the settings asked for, with a smaller tile where the memory is too little. */
  readonly settings: PredictSettings;
  readonly tileSize: number;
  /** Of memory, roughly. */
  readonly bytes: number;
  /** Sentences that a person should know before it starts. */
  readonly notes: readonly string[];
}

export interface PredictionEstimate extends FittingPrediction {
  /** Tiles times views that the networks will see. */
  readonly tiles: number;
  /** Tiles times views without tissue. */
  readonly background: number;
  /** Of a tile, with all sessions at work. */
  readonly secondsPerTile: number;
  readonly seconds: number;
}

export interface EstimateOptions {
  readonly scale?: Scale | undefined;
  /** Bytes that there are; no limit if unset. */
  readonly memory?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds. */
  readonly now?: (() => number) | undefined;
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

/**
 * Which tiles fit into memory; nothing is computed.
 * @throws {FtuError} as a prediction would before its first tile; `unsupported` where no tile fits in memory
 * @example
 * const { settings, notes } = fitPrediction(slide, [model], {}, { memory: 1.5e9 });
 */
export function fitPrediction(
  slide: Slide,
  models: readonly SegmentationModel[],
  settings: PredictSettings = {},
  { scale, memory }: Pick<EstimateOptions, 'scale' | 'memory'> = {},
): FittingPrediction {
  const plan = planInStore(slide, models, settings, scale);
  const sessions = models.reduce((sum, { session }) => sum + (session.parallel ?? 1), 0);
  const largest = Math.max(...plan.members.map(({ layout }) => layout.tile));
  const notes = plan.shapeNote === undefined ? [] : [plan.shapeNote];
  const fits = memory === undefined ? largest : tileThatFits(plan, sessions, largest, memory);
  const needed = predictionBytes(plan, sessions, largest);
  if (fits === undefined || (fits < largest && plan.settings.classifierGate !== undefined)) {
    throw new FtuError(
      'unsupported',
      `the prediction needs ${megabytes(needed)} of memory, and there are ${megabytes(memory ?? 0)}`,
      { hint: 'use fewer workers, a smaller model, or ftu predict' },
    );
  }
  if (fits < largest) {
    notes.push(
      `tiles of ${fits} pixels instead of ${largest}: those need ${megabytes(needed)} of memory, and there are ${megabytes(memory ?? 0)}`,
    );
  }
  const used = fits < largest ? { ...settings, tileSize: fits } : settings;
  return { settings: used, tileSize: fits, bytes: predictionBytes(plan, sessions, fits), notes };
}

/**
 * @throws {FtuError} as `fitPrediction`, and what the networks throw
 * @example
 * const { seconds, settings } = await estimatePrediction(slide, [model], {}, { memory: 1.5e9 });
 */
export async function estimatePrediction(
  slide: Slide,
  models: readonly SegmentationModel[],
  settings: PredictSettings = {},
  { scale, memory, signal, now = () => performance.now() }: EstimateOptions = {},
): Promise<PredictionEstimate> {
  const fitting = fitPrediction(slide, models, settings, { scale, memory });
  const plan = planInStore(slide, models, fitting.settings, scale);
  const all = plan.tiles * plan.views.length;
  const looksAtAll = plan.settings.all || plan.settings.merge === 'or';
  const background = looksAtAll ? 0 : Math.round(all * (await backgroundShare(slide, signal)));
  const tiles = all - background;
  const seconds = await secondsOf(plan.members, plan.tiles, now);
  return { ...fitting, tiles, background, secondsPerTile: seconds, seconds: tiles * seconds };
}

/** Of a tile of the plan on average, by a tile of each member; the first run of a session sets things up, and the second is measured. */
async function secondsOf(
  members: ReturnType<typeof planInStore>['members'],
  tiles: number,
  now: () => number,
): Promise<number> {
  let sum = 0;
  for (const { model, layout, tiles: own } of members) {
    const { session } = model;
    const { tile } = layout;
    const together = (session.parallel ?? 1) * imagesTogether(session, tile, tile);
    const runAll = (): Promise<unknown> =>
      Promise.all(
        Array.from({ length: together }, () => session.run(new Float32Array(3 * tile * tile), [1, 3, tile, tile])),
      );
    await runAll();
    const began = now();
    await runAll();
    sum += ((now() - began) / 1000 / together) * own;
  }
  return sum / tiles;
}
