/** The masks of many predictions of one slide from kept answers: no network is asked, and what several share is computed once. */
import type { RunMask } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { throwIfCancelled, yieldToEventLoop } from '../concurrency/cancel.js';
import { collectRuns } from '../level0/collect-runs.js';
import type { ColumnRuns } from '../level0/column-runs.js';
import { Level0Thresholder } from '../level0/level0-thresholder.js';
import { postprocess } from '../level0/postprocess.js';
import type { LogitPack } from '../logit-store/logit-pack.node.js';
import { backgroundKey, placesOf, tileKey } from '../logit-store/tile-keys.js';
import type { Member, SlidePlan } from '../plan/plan.js';
import { predictBands } from '../predict/predict-bands.js';
import { CrfStage } from '../refine/crf-stage.js';
import type { ProbabilityBand } from '../stitch/merge-members.js';
import { keptModel } from './kept-sessions.node.js';
import { isWeighted, openKeptStreams, type WeightedPlan } from './kept-streams.node.js';

export interface CombinedSlide {
  /** Level-0 labels, as `ftu predict` with these settings gives them but for the rounding of answers to float16. */
  readonly mask: RunMask;
  /**
   * What the prediction would take by itself: what its networks took when they were asked, and the work on their answers, one after the
   * other.
   */
  readonly seconds: number;
}

export interface CombineOptions {
  /** Answers for a member, which lack nothing; open as long as the work goes on. */
  readonly packOf: (member: Member) => Promise<LogitPack>;
  readonly signal: AbortSignal | undefined;
}

/**
 * @param plans of this slide
 * @param found called once for every plan, in any order: a mask is then no longer held
 * @throws {FtuError} `cancelled`, or what the slide throws
 */
export async function combineSlide(
  slide: Slide,
  plans: readonly SlidePlan[],
  options: CombineOptions,
  found: (plan: number, combined: CombinedSlide) => void,
): Promise<void> {
  const groups = new Map<string, number[]>();
  for (const [i, plan] of plans.entries()) {
    const { width, height } = plan.grid;
    const key = isWeighted(plan) ? `${width} x ${height}` : `or ${i}`;
    groups.set(key, [...(groups.get(key) ?? []), i]);
  }
  for (const indices of groups.values()) {
    const own = indices.flatMap((i) => plans[i] ?? []);
    const weighted = own.filter(isWeighted);
    const [only] = own;
    if (weighted.length === own.length) {
      await combineWeighted(slide, weighted, options, (i, combined) => found(indices[i] ?? 0, combined));
    } else if (only !== undefined) found(indices[0] ?? 0, await combineWindows(slide, only, options));
  }
}

/** Windows of their own grid, shown to models that know what they said of them. */
async function combineWindows(
  slide: Slide,
  plan: SlidePlan,
  { packOf, signal }: CombineOptions,
): Promise<CombinedSlide> {
  const kept = await Promise.all(
    plan.members.map(async (member) => ({ ...member, model: keptModel(member.model, await packOf(member)) })),
  );
  const began = performance.now();
  const runs: ColumnRuns[] = [];
  for await (const band of predictBands(slide, { ...plan, members: kept }, { signal })) runs.push(band.runs);
  const { mask } = postprocess(collectRuns(runs, slide.width, slide.height), plan);
  const seconds = kept.reduce((sum, { model }) => sum + model.seconds, (performance.now() - began) / 1000);
  return { mask, seconds };
}

/** Predictions that are the same up to their thresholds. */
interface Thresholded {
  readonly plans: number[];
  readonly level0: Level0Thresholder;
  readonly runs: ColumnRuns[];
  milliseconds: number;
}

/** The maps of some streams with or without a CRF, and what is made of them. */
interface Refined {
  /** Indices into the streams. */
  readonly streams: number[];
  /** For each of them. */
  readonly ends: Map<string, Thresholded>[];
  readonly stage: CrfStage | undefined;
}

async function combineWeighted(
  slide: Slide,
  plans: readonly WeightedPlan[],
  { packOf, signal }: CombineOptions,
  found: (plan: number, combined: CombinedSlide) => void,
): Promise<void> {
  const kept = await openKeptStreams(plans, packOf, signal);
  const refined = refinements(slide, plans, kept.streams, signal);
  for await (const bands of kept.bands()) {
    for (const { streams, ends, stage } of refined) {
      const own = streams.flatMap((stream) => bands[stream] ?? []);
      if (stage === undefined) pushAll(own, ends);
      else for await (const done of stage.push(own)) pushAll(done, ends);
      throwIfCancelled(signal);
    }
    await yieldToEventLoop();
  }
  for (const { streams, ends, stage } of refined) {
    for (const [n, byThreshold] of ends.entries()) {
      const before = (kept.streams[streams[n] ?? 0]?.milliseconds ?? 0) + (stage?.milliseconds[n] ?? 0);
      for (const { plans: indices, runs, milliseconds } of byThreshold.values()) {
        const scored = collectRuns(runs, slide.width, slide.height);
        for (const i of indices) {
          const plan = plans[i];
          if (plan === undefined) continue;
          const began = performance.now();
          const { mask } = postprocess(scored, plan);
          const own = before + milliseconds + performance.now() - began;
          found(i, { mask, seconds: (own + (await networkMilliseconds(plan, packOf))) / 1000 });
        }
      }
    }
  }
}

function refinements(
  slide: Slide,
  plans: readonly WeightedPlan[],
  streams: readonly { readonly plans: readonly number[] }[],
  signal: AbortSignal | undefined,
): Refined[] {
  const byCrf = new Map<string, { readonly plan: WeightedPlan; streams: number[]; ends: Map<string, Thresholded>[] }>();
  for (const [n, stream] of streams.entries()) {
    for (const i of stream.plans) {
      const plan = plans[i];
      if (plan === undefined) continue;
      const { crf, threshold } = plan.settings;
      const key = JSON.stringify(crf ?? null);
      const group = byCrf.get(key) ?? { plan, streams: [], ends: [] };
      byCrf.set(key, group);
      if (group.streams.at(-1) !== n) {
        group.streams.push(n);
        group.ends.push(new Map());
      }
      const ends = group.ends.at(-1);
      const end = ends?.get(threshold.join()) ?? {
        plans: [],
        runs: [],
        milliseconds: 0,
        level0: new Level0Thresholder(plan.grid, plan.slide, threshold),
      };
      end.plans.push(i);
      ends?.set(threshold.join(), end);
    }
  }
  return Array.from(byCrf.values(), ({ plan, streams: own, ends }) => {
    const { crf } = plan.settings;
    return { streams: own, ends, stage: crf && new CrfStage(slide, plan, { crf, maps: own.length, signal }) };
  });
}

function pushAll(bands: readonly ProbabilityBand[], ends: readonly ReadonlyMap<string, Thresholded>[]): void {
  for (const [n, { probability }] of bands.entries()) {
    for (const end of ends[n]?.values() ?? []) {
      const began = performance.now();
      end.runs.push(end.level0.push(probability));
      end.milliseconds += performance.now() - began;
    }
  }
}

/** What the networks of a plan took for its tiles and views. */
async function networkMilliseconds(plan: SlidePlan, packOf: CombineOptions['packOf']): Promise<number> {
  let sum = 0;
  for (const member of plan.members) {
    const pack = await packOf(member);
    for (const { x, y } of placesOf(member.layout)) {
      if (!plan.settings.all && pack.has(backgroundKey(x, y))) continue;
      for (const view of plan.views) sum += pack.milliseconds(tileKey(x, y, view));
    }
  }
  return sum;
}
