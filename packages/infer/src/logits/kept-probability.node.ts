/** The probabilities of a slide from kept answers, for those who go on with probabilities instead of masks. */
import { type Raster, raster } from '@ftuseg/core';
import { openSlide, type Slide, type SlideRow } from '@ftuseg/slide';
import type { LogitPack } from '../logit-store/logit-pack.node.js';
import { openMemberPack } from '../logit-store/logit-store.node.js';
import type { Member, SlidePlan } from '../plan/plan.js';
import { predictBands } from '../predict/predict-bands.js';
import { CrfStage } from '../refine/crf-stage.js';
import type { ProbabilityBand } from '../stitch/merge-members.js';
import { placeColumns } from '../tiles/columns.js';
import { type AskCombinationsOptions, askCombinations } from './ask-combinations.node.js';
import { type Combination, planCombination } from './combination.js';
import { keptModel } from './kept-sessions.node.js';
import { isWeighted, openKeptStreams } from './kept-streams.node.js';

/**
 * Asks networks what nobody has asked them yet, with every network loaded once for all slides, and computes the rest as `predictSlide` does.
 * @returns for each row in turn: H x W x classes on the plan's grid, 0..1, after DenseCRF if the settings ask for it
 * @throws {FtuError} as `scoreCombinations`
 */
export async function* keptProbabilities(
  rows: readonly SlideRow[],
  combination: Combination,
  options: AskCombinationsOptions,
): AsyncGenerator<Raster<Float32Array>, void, undefined> {
  await askCombinations(rows, [combination], options);
  for (const row of rows) yield await probabilityOf(row, combination, options);
}

async function probabilityOf(
  row: SlideRow,
  combination: Combination,
  { store, signal }: AskCombinationsOptions,
): Promise<Raster<Float32Array>> {
  const slide = await openSlide(row.image);
  const packs: LogitPack[] = [];
  try {
    const plan = planCombination(slide, row, combination);
    const packOf = async (member: Member): Promise<LogitPack> => {
      const pack = await openMemberPack(store, row, member, true);
      packs.push(pack);
      return pack;
    };
    const { width, height } = plan.grid;
    const channels = plan.classes.length;
    const whole = raster(width, height, channels, new Float32Array(width * height * channels));
    for await (const { left, probability } of bandsOf(slide, plan, packOf, signal)) {
      placeColumns(probability, left, whole);
    }
    return whole;
  } finally {
    await Promise.all(packs.map((pack) => pack.close()));
    await slide.close();
  }
}

async function* bandsOf(
  slide: Slide,
  plan: SlidePlan,
  packOf: (member: Member) => Promise<LogitPack>,
  signal: AbortSignal | undefined,
): AsyncGenerator<ProbabilityBand, void, undefined> {
  if (!isWeighted(plan)) {
    const members = await Promise.all(
      plan.members.map(async (member) => ({ ...member, model: keptModel(member.model, await packOf(member)) })),
    );
    yield* predictBands(slide, { ...plan, members }, { signal });
    return;
  }
  const { crf } = plan.settings;
  const stage = crf && new CrfStage(slide, plan, { crf, signal });
  const kept = await openKeptStreams([plan], packOf, signal);
  for await (const bands of kept.bands()) {
    if (stage === undefined) yield* bands;
    else for await (const refined of stage.push(bands)) yield* refined;
  }
}
