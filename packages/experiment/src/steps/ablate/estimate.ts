/** The work of an ablation: every network is asked once, and every combination is computed from what it said. */
import { type StepWork, sumWork, timesWork } from '../../estimate/work.js';
import type { EstimateContext } from '../../step-kind/step-kind.js';
import { membersOf } from '../shared/work/members.js';
import { predictionWork } from '../shared/work/prediction-work.js';
import { eachInTurn } from '../shared/work/surveyed-slides.js';
import { combinationsOf } from './combinations.js';
import type { AblateStep } from './schema.js';

/** What all combinations of a table cost beside predicting every network once. */
const COMBINATIONS = 1.3;

/** Settings that decide what the networks are shown; the rest is computed from what they said. */
const SHOWN_SETTINGS = ['scales', 'overlap', 'tileSize', 'downsample', 'micronsPerPixel', 'all'];
const VIEWS: Readonly<Record<string, number>> = { none: 1, reference: 4, d4: 8 };

/** Combinations that show the networks the same tiles, each with the most views of any. */
function distinctPredictions(
  combinations: readonly Readonly<Record<string, unknown>>[],
): Readonly<Record<string, unknown>>[] {
  const found = new Map<string, Readonly<Record<string, unknown>>>();
  const views = (settings: Readonly<Record<string, unknown>>): number => VIEWS[String(settings.views)] ?? 1;
  for (const settings of combinations) {
    const own = Object.fromEntries(Object.entries(settings).filter(([name]) => SHOWN_SETTINGS.includes(name)));
    const key = JSON.stringify([own, settings.merge === 'or']);
    const before = found.get(key);
    if (before === undefined || views(before) < views(settings)) found.set(key, settings);
  }
  return [...found.values()];
}

export async function ablateWork(step: AblateStep, context: EstimateContext): Promise<StepWork> {
  const members = Object.values(step.stages).flatMap((names) => membersOf(context, names));
  const combinations = combinationsOf(step).map(({ settings }) => settings);
  const predicted = await eachInTurn(distinctPredictions(combinations), (settings) =>
    predictionWork(context, members, step.slides, { settings, outputs: [] }),
  );
  return { items: sumWork(timesWork(predicted, COMBINATIONS)) };
}
