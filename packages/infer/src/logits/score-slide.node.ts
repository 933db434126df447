/** Many predictions of one slide against its truth, from kept answers. */
import { type ClassMap, openSlide, type SlideRow } from '@ftuseg/slide';
import { countClasses } from '../evaluation/count-classes.node.js';
import type { ClassCounts } from '../evaluation/scores.js';
import { readTruthRuns } from '../evaluation/truth-runs.node.js';
import type { LogitPack } from '../logit-store/logit-pack.node.js';
import { type LogitStoreOptions, openMemberPack } from '../logit-store/logit-store.node.js';
import type { Member } from '../plan/plan.js';
import { type Combination, planCombination } from './combination.js';
import { combineSlide } from './combine-slide.node.js';

/** Plain data, so that a thread can be given it. */
export interface SlideJob {
  readonly row: SlideRow;
  readonly combinations: readonly Combination[];
  readonly store: LogitStoreOptions;
  readonly classes: ClassMap;
  /** Objects match above this intersection over union. */
  readonly iou: number;
}

export interface ScoredCombination {
  /** For each class. */
  readonly counts: readonly ClassCounts[];
  /** See `CombinedSlide`. */
  readonly seconds: number;
}

/** @returns in the order of the combinations */
export async function scoreSlide(
  { row, combinations, store, classes, iou }: SlideJob,
  signal?: AbortSignal,
): Promise<ScoredCombination[]> {
  const slide = await openSlide(row.image);
  const packs = new Map<string, Promise<LogitPack>>();
  const packOf = (member: Member): Promise<LogitPack> => {
    const { model, grid, layout } = member;
    const key = JSON.stringify([model.source, grid, layout.tile]);
    const pack = packs.get(key) ?? openMemberPack(store, row, member, true);
    packs.set(key, pack);
    return pack;
  };
  try {
    const truth = await readTruthRuns(row, slide, classes, signal);
    const plans = combinations.map((one) => planCombination(slide, row, one));
    const scored: ScoredCombination[] = [];
    await combineSlide(slide, plans, { packOf, signal }, (i, { mask, seconds }) => {
      const predicted = plans[i]?.classes ?? [];
      scored[i] = { counts: countClasses(mask, predicted, truth, { iou, classes }), seconds };
    });
    return scored;
  } finally {
    for (const pack of packs.values()) await pack.then((open) => open.close()).catch(() => undefined);
    await slide.close();
  }
}
