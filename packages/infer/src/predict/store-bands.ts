/** Predicts what a store lacks of a slide; every band is in the store before the next is asked for. */
import type { Rect } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { BackgroundColumn } from '../band-store/band-file.js';
import type { BandStore } from '../band-store/band-store.js';
import type { PredictBandsOptions } from '../bands/predicted-band.js';
import { fixedPoint } from '../outputs/fixed-point.js';
import type { SlidePlan } from '../plan/plan.js';
import { predictBands } from './predict-bands.js';

/** @throws {FtuError} `cancelled`; what slide, models and store throw. What is in the store then is the beginning of a later call */
export async function storeBands(
  slide: Slide,
  plan: SlidePlan,
  store: BandStore,
  options: Omit<PredictBandsOptions, 'state' | 'onBackground' | 'onUnreadable'>,
): Promise<void> {
  const unreadable: Rect[] = [];
  const background: BackgroundColumn[] = [];
  const bands = predictBands(slide, plan, {
    ...options,
    state: store.state,
    onBackground: (member, column, tiles) => background.push({ member, column, tiles }),
    onUnreadable: (region) => unreadable.push(region),
  });
  for await (const { left, probability, agreement, spread, runs, state } of bands) {
    const stored = { left, probability: fixedPoint(probability), agreement, spread };
    await store.append(stored, runs, state, unreadable.splice(0), background.splice(0));
  }
}
