/** Asks each network what many predictions want to know of slides, one network after the other, and only what nobody has asked before. */
import { openSlide, type SlideRow } from '@ftuseg/slide';
import type { SegmentationModel } from '../model.js';
import type { SlidePlan } from '../plan.js';
import { predictBands } from '../predict-bands.js';
import { describeProgress, type SlideProgress } from '../progress.js';
import { askTiles, wantedTiles } from './ask-tiles.node.js';
import { type Combination, type KnownModel, planCombination } from './combination.js';
import { keepingModel } from './kept-sessions.node.js';
import { isWeighted } from './kept-streams.node.js';
import type { LogitPack } from './logit-pack.node.js';
import { type LogitStoreOptions, openMemberPack } from './logit-store.node.js';

export interface AskCombinationsOptions {
  readonly store: LogitStoreOptions;
  /** Loads a model; it is closed when nothing more is to be asked. A model that is not needed is not loaded. */
  readonly load: (model: KnownModel) => Promise<SegmentationModel>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SlideProgress) => void) | undefined;
}

/**
 * @returns how often networks were asked: tiles times views
 * @throws {FtuError} `cancelled`, `io` for a full disk (what is kept stays), whatever slides, models and settings throw
 */
export async function askCombinations(
  rows: readonly SlideRow[],
  combinations: readonly Combination[],
  { store, load, signal, onProgress }: AskCombinationsOptions,
): Promise<number> {
  const models = new Map(combinations.flatMap(({ members }) => members.map(({ model }) => [model.sha256, model])));
  let asked = 0;
  for (const known of models.values()) {
    const settings = combinations.flatMap((one) =>
      one.members.some(({ model }) => model.sha256 === known.sha256) ? [one.settings] : [],
    );
    const alone = distinct(settings.map((one) => ({ ...one, crf: 'none' }))).map((one): Combination => {
      return { members: [{ model: known, weight: 1 }], settings: one };
    });
    let loaded: SegmentationModel | undefined;
    const loadOnce = async (): Promise<SegmentationModel> => {
      loaded ??= await load(known);
      return loaded;
    };
    try {
      for (const [number, row] of rows.entries()) {
        asked += await askSlide(row, alone, loadOnce, { store, signal }, (area) => {
          const describe = describeProgress(row.id, number + 1, rows.length, area);
          return (progress) => onProgress?.(describe(progress));
        });
      }
    } finally {
      await loaded?.close();
    }
  }
  return asked;
}

const distinct = <T>(list: readonly T[]): T[] => [...new Map(list.map((one) => [JSON.stringify(one), one])).values()];

/** One network about one slide. */
async function askSlide(
  row: SlideRow,
  combinations: readonly Combination[],
  load: () => Promise<SegmentationModel>,
  { store, signal }: Pick<AskCombinationsOptions, 'store' | 'signal'>,
  reporter: (area: number) => (progress: { readonly done: number; readonly total: number }) => void,
): Promise<number> {
  const slide = await openSlide(row.image);
  let asked = 0;
  try {
    const plans = combinations.map((one) => ({ combination: one, plan: planCombination(slide, row, one) }));
    // The most views first: what fewer views want is then there.
    plans.sort((a, b) => b.plan.views.length - a.plan.views.length);
    const onProgress = reporter(slide.width * slide.height);
    for (const { combination, plan } of plans) {
      for (const [index, member] of plan.members.entries()) {
        const pack = await openMemberPack(store, row, member);
        try {
          if (!isMissing(plan, index, pack)) continue;
          const model = await load();
          const loaded = planCombination(slide, row, combination, () => model);
          if (isWeighted(plan)) {
            asked += await askTiles(slide, loaded, index, pack, { signal, onProgress });
          } else {
            asked += await askWindows(loaded, pack, (whole) => predictBands(slide, whole, { signal, onProgress }));
          }
        } finally {
          await pack.close();
        }
      }
    }
  } finally {
    await slide.close();
  }
  return asked;
}

/** Under which name a pass over windows is marked as done. */
const windowsKey = ({ settings, views }: SlidePlan): string => `windows ${settings.overlap} ${views.join()}`;

function isMissing(plan: SlidePlan, index: number, pack: LogitPack): boolean {
  if (!isWeighted(plan)) return !pack.has(windowsKey(plan));
  const member = plan.members[index];
  return member !== undefined && wantedTiles(member, plan, pack).length > 0;
}

/** Windows of a grid of their own: what matters is what the network is shown on the way. */
async function askWindows(
  plan: SlidePlan,
  pack: LogitPack,
  predict: (plan: SlidePlan) => AsyncIterable<unknown>,
): Promise<number> {
  let asked = 0;
  const members = plan.members.map((member) => {
    const { session } = member.model;
    const counting = {
      ...session,
      run: (batch: Float32Array, shape: Parameters<typeof session.run>[1]) => {
        asked += shape[0];
        return session.run(batch, shape);
      },
    };
    return { ...member, model: keepingModel({ ...member.model, session: counting }, pack) };
  });
  for await (const _ of predict({ ...plan, members }));
  await pack.put(windowsKey(plan), new Uint8Array(0), 0);
  return asked;
}
