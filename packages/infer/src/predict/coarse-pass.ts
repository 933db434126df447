/** The first pass of a cascade over a slide: the coarse network's bands, kept like those of any prediction, and the tiles that they leave to the models. */
import type { Raster, SlideLook } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { BandStore } from '../band-store/band-store.js';
import type { TileProgress } from '../bands/predicted-band.js';
import { BlockMap } from '../cascade/block-map.js';
import { type Cascade, planCoarse } from '../cascade/cascade.js';
import type { CascadeFacts } from '../cascade/cascade-facts.js';
import { LookedAtArea } from '../cascade/looked-at-area.js';
import { TileChoice } from '../cascade/tile-choice.js';
import { tissueShare } from '../cascade/tissue-share.js';
import type { SlidePlan } from '../plan/plan.js';
import { backgroundTest } from '../tiles/background.js';
import { memberColours } from '../tiles/member-colours.js';
import { appearanceWarning, slideAppearance } from '../tiles/slide-appearance.js';
import { storeBands } from './store-bands.js';

export interface CoarsePassOptions {
  /** Bands of the first pass. */
  readonly store: BandStore;
  readonly overview: Raster;
  readonly look: SlideLook;
  readonly bandColumns: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: TileProgress) => void) | undefined;
}

export interface CoarsePass {
  readonly choice: TileChoice;
  readonly facts: CascadeFacts;
  /** Blocks of the coarse map that reach the threshold, by their probability, over the tiles that they leave to compute; 0 for none. */
  readonly yieldPerTile: number;
  /** Sentences about the coarse network's colours, and about a slide unlike those that it learnt from. */
  readonly warnings: readonly string[];
}

/**
 * @param plan of the prediction
 * @throws {FtuError} as `planCoarse` and `storeBands`
 */
export async function coarsePass(
  slide: Slide,
  plan: SlidePlan,
  cascade: Cascade,
  { store, overview, look, bandColumns, signal, onProgress }: CoarsePassOptions,
): Promise<CoarsePass> {
  const coarse = planCoarse(slide, cascade, plan);
  const colours = await memberColours(slide, coarse, overview);
  await storeBands(slide, coarse, store, {
    bandColumns,
    signal,
    onProgress,
    isBackground: backgroundTest(look),
    colours,
  });
  const map = new BlockMap(coarse.grid);
  for await (const { left, probability } of store.bands()) map.add(left, probability);
  const { threshold, margin, recall } = cascade.calibration;
  const area = new LookedAtArea(map, map.widened(margin), threshold, plan.slide);
  const choice = new TileChoice(plan, area);
  const unlike = appearanceWarning(await slideAppearance(slide, coarse, colours, signal));
  return {
    choice,
    facts: {
      model: cascade.model.source.name,
      recall,
      threshold,
      margin,
      tiles: choice.count * plan.views.length,
      tissueShare: tissueShare(overview, look, slide, choice.places()),
    },
    yieldPerTile: choice.count === 0 ? 0 : map.sumFrom(threshold) / choice.count,
    warnings: [...colours.warnings, ...(unlike === undefined ? [] : [`coarse network: ${unlike}`])],
  };
}
