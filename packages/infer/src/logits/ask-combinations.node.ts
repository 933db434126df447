/** Asks networks what many predictions want to know of slides, and only what nobody has asked before. */
import { openSlide, type SlideRow } from '@ftuseg/slide';
import type { LogitPack } from '../logit-store/logit-pack.node.js';
import { type LogitStoreOptions, openMemberPack } from '../logit-store/logit-store.node.js';
import { backgroundKey, placesOf } from '../logit-store/tile-keys.js';
import type { SegmentationModel } from '../model/model.js';
import type { Member, SlidePlan } from '../plan/plan.js';
import { predictBands } from '../predict/predict-bands.js';
import { describeProgress, type SlideProgress } from '../predict/progress.js';
import { notLookedAt } from '../tiles/background.js';
import { askTiles, wantedTiles } from './ask-tiles.node.js';
import { type Combination, type KnownModel, planCombination, unloaded } from './combination.js';
import { keepingModel } from './kept-sessions.node.js';
import { isWeighted } from './kept-streams.node.js';

export interface AskCombinationsOptions {
  readonly store: LogitStoreOptions;
  /** Loads a model; it is closed when nothing more is to be asked. A model that is not needed is not loaded. */
  readonly load: (model: KnownModel) => Promise<SegmentationModel>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SlideProgress) => void) | undefined;
  /** Told in sentences of slides of which no tile was looked at; the same one may come again. */
  readonly onWarning?: ((sentence: string) => void) | undefined;
}

/** Models that are loaded at one time: what is read of a slide then serves all of them. Each holds its weights once for every thread. */
const MAX_LOADED = 4;

/**
 * @returns how often networks were asked: tiles times views
 * @throws {FtuError} `cancelled`, `io` for a full disk (what is kept stays), whatever slides, models and settings throw
 */
export async function askCombinations(
  rows: readonly SlideRow[],
  combinations: readonly Combination[],
  { store, load, signal, onProgress, onWarning }: AskCombinationsOptions,
): Promise<number> {
  const all = distinct(combinations.flatMap(({ members }) => members.map(({ model }) => model)));
  let asked = 0;
  for (let first = 0; first < all.length; first += MAX_LOADED) {
    const wanted = jointly(all.slice(first, first + MAX_LOADED), combinations);
    const loaded = new Map<string, Promise<SegmentationModel>>();
    const loadOnce = (model: KnownModel): Promise<SegmentationModel> => {
      const loading = loaded.get(model.sha256) ?? load(model);
      loaded.set(model.sha256, loading);
      return loading;
    };
    try {
      for (const [number, row] of rows.entries()) {
        asked += await askSlide(row, wanted, { store, signal, onWarning, load: loadOnce }, (area) => {
          const describe = describeProgress(row.id, number + 1, rows.length, area);
          return (progress) => onProgress?.(describe(progress));
        });
      }
    } finally {
      for (const loading of loaded.values()) await loading.then((model) => model.close()).catch(() => undefined);
    }
  }
  return asked;
}

const distinct = <T>(list: readonly T[]): T[] => [...new Map(list.map((one) => [JSON.stringify(one), one])).values()];

/** For all settings the models that are asked under them, together; by classes, since only models of the same make an ensemble. */
function jointly(models: readonly KnownModel[], combinations: readonly Combination[]): Combination[] {
  const groups = new Map<string, { readonly settings: Combination['settings']; readonly models: Set<KnownModel> }>();
  for (const { members, settings } of combinations) {
    const own = { ...settings, crf: 'none' };
    for (const { model } of members) {
      const known = models.find(({ sha256 }) => sha256 === model.sha256);
      if (known === undefined) continue;
      const key = JSON.stringify([own, known.card.classes]);
      const group = groups.get(key) ?? { settings: own, models: new Set() };
      groups.set(key, group);
      group.models.add(known);
    }
  }
  return Array.from(groups.values(), (group) => ({
    members: Array.from(group.models, (model) => ({ model, weight: 1 })),
    settings: group.settings,
  }));
}

/** Some networks about one slide. */
async function askSlide(
  row: SlideRow,
  combinations: readonly Combination[],
  { store, signal, load, onWarning }: Omit<AskCombinationsOptions, 'onProgress'>,
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
      const packs: LogitPack[] = [];
      try {
        for (const member of plan.members) packs.push(await openMemberPack(store, row, member));
        const lacking = plan.members.flatMap(({ model }, i) => {
          const pack = packs[i];
          return pack !== undefined && isMissing(plan, i, pack) ? [model.source.sha256] : [];
        });
        if (lacking.length === 0) {
          warnOfBackground(row, plan, packs, onWarning);
          continue;
        }
        const models = new Map<string, SegmentationModel>();
        for (const { model } of combination.members) {
          if (lacking.includes(model.sha256)) models.set(model.sha256, await load(model));
        }
        const loaded = planCombination(slide, row, combination, (model) => models.get(model.sha256) ?? unloaded(model));
        if (isWeighted(plan)) asked += await askTiles(slide, loaded, packs, { signal, onProgress });
        else asked += await askWindows(loaded, packs, (whole) => predictBands(slide, whole, { signal, onProgress }));
        warnOfBackground(row, plan, packs, onWarning);
      } finally {
        await Promise.all(packs.map((pack) => pack.close()));
      }
    }
  } finally {
    await slide.close();
  }
  return asked;
}

/** Says so where all tiles were taken for background: no network was asked. */
function warnOfBackground(
  { id }: SlideRow,
  plan: SlidePlan,
  packs: readonly LogitPack[],
  onWarning: AskCombinationsOptions['onWarning'],
): void {
  if (plan.settings.all || !isWeighted(plan)) return;
  const allBackground = ({ layout }: Member, i: number): boolean =>
    [...placesOf(layout)].every(({ x, y }) => packs[i]?.has(backgroundKey(x, y)) ?? false);
  if (plan.members.every(allBackground)) onWarning?.(`${id}: ${notLookedAt(plan.tiles)}`);
}

/** Under which name a pass over windows is marked as done. */
const windowsKey = ({ settings, views }: SlidePlan): string => `windows ${settings.overlap} ${views.join()}`;

function isMissing(plan: SlidePlan, index: number, pack: LogitPack): boolean {
  if (!isWeighted(plan)) return !pack.has(windowsKey(plan));
  const member = plan.members[index];
  return member !== undefined && wantedTiles(member, plan, pack).length > 0;
}

/** Windows of a grid of their own: what matters is what the networks are shown on the way. */
async function askWindows(
  plan: SlidePlan,
  packs: readonly LogitPack[],
  predict: (plan: SlidePlan) => AsyncIterable<unknown>,
): Promise<number> {
  let asked = 0;
  const members = plan.members.map((member, i) => {
    const { session } = member.model;
    const counting = {
      ...session,
      run: (...[batch, shape, gate]: Parameters<typeof session.run>) => {
        asked += shape[0];
        return session.run(batch, shape, gate);
      },
    };
    const pack = packs[i];
    if (pack === undefined) throw new RangeError(`there is no member ${i}`);
    return { ...member, model: keepingModel({ ...member.model, session: counting }, pack) };
  });
  for await (const _ of predict({ ...plan, members }));
  for (const pack of packs) await pack.put(windowsKey(plan), new Uint8Array(0), 0);
  return asked;
}
