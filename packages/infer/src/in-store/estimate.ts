/** What a prediction in a page will take, from a few tiles that are measured before it starts. */
import { lookAt } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { SegmentationModel } from '../model/model.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { isBackgroundShare } from './background-share.js';
import { planInStore } from './predict-in-store.js';

export interface PredictionEstimate {
  /** Tiles times views that the network will see. */
  readonly tiles: number;
  /** Tiles times views without tissue. */
  readonly background: number;
  readonly secondsPerTile: number;
  readonly seconds: number;
  /** Of memory, roughly: tiles, answers and bands. */
  readonly bytes: number;
  readonly tileSize: number;
  readonly notes: readonly string[];
}

const MEASURED = 2;
/** Floats of activations per input value of a Unet, with what the runtime keeps. */
const ACTIVATIONS = 90;

/** @throws {FtuError} as a prediction would before its first tile */
export async function estimatePrediction(
  slide: Slide,
  models: readonly SegmentationModel[],
  settings: PredictSettings = {},
): Promise<PredictionEstimate> {
  const plan = planInStore(slide, models, settings);
  const all = plan.tiles * plan.views.length;
  const share = plan.settings.all ? 0 : await isBackgroundShare(slide, lookAt);
  const background = Math.round(all * share);
  let secondsPerTile = 0;
  for (const { session, card } of models) {
    const tile = plan.members.find(({ model }) => model.session === session)?.layout.tile ?? card.tileSize;
    const batch = new Float32Array(3 * tile * tile);
    let fastest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < MEASURED; i++) {
      const began = performance.now();
      await session.run(batch.slice(), [1, 3, tile, tile]);
      fastest = Math.min(fastest, (performance.now() - began) / 1000);
    }
    secondsPerTile += fastest / (session.parallel ?? 1) / models.length;
  }
  const tileSize = Math.max(...plan.members.map(({ layout }) => layout.tile));
  const sessions = models.reduce((sum, { session }) => sum + (session.parallel ?? 1), 0);
  const bands = plan.grid.height * 1024 * plan.classes.length * 4 * 4;
  const tiles = all - background;
  return {
    tiles,
    background,
    secondsPerTile,
    seconds: tiles * secondsPerTile,
    bytes: sessions * tileSize ** 2 * 3 * 4 * ACTIVATIONS + bands,
    tileSize,
    notes: plan.shapeNote === undefined ? [] : [plan.shapeNote],
  };
}
