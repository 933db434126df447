/**
 * From kept answers to the probabilities of many predictions of one slide, in one pass over the tiles: what is the same for several
 * (tiles, their views, stitching, members) is computed once.
 */
import type { TestTimeView } from '@ftuseg/core';
import { float16ToFloat32 } from '@ftuseg/nn';
import { throwIfCancelled } from '../concurrency/cancel.js';
import { inflateLogits, unfoldLogits } from '../logit-store/logit-codec.node.js';
import type { LogitPack } from '../logit-store/logit-pack.node.js';
import { backgroundKey, tileKey } from '../logit-store/tile-keys.js';
import type { Member, SlidePlan } from '../plan/plan.js';
import { invertViewOfPlanes } from '../plan/views.js';
import type { WeightedMerge } from '../settings/predict-settings.js';
import { MemberMerger, type ProbabilityBand } from '../stitch/merge-members.js';
import { sigmoid } from '../stitch/sigmoid.js';
import { Stitcher } from '../stitch/stitch.js';
import { memberColumn } from '../tiles/tile-jobs.js';

/** Columns of the plan's grid that are merged together. */
const BAND_COLUMNS = 256;
/** Tiles that are read ahead. */
const TILES_AHEAD = 4;

/** A prediction whose tiles are stitched by weights. */
export interface WeightedPlan extends SlidePlan {
  readonly settings: SlidePlan['settings'] & { readonly merge: WeightedMerge };
}

export const isWeighted = (plan: SlidePlan): plan is WeightedPlan => plan.settings.merge !== 'or';

/** The probabilities of one stream: predictions that differ in nothing but what comes after them. */
export interface KeptStream {
  /** Indices into the plans. */
  readonly plans: readonly number[];
  /** What its own stitching and merging took so far. */
  readonly milliseconds: number;
}

export interface KeptStreams {
  readonly streams: readonly KeptStream[];
  /** Bands of all streams, from left to right, in their order. */
  bands(): AsyncGenerator<readonly ProbabilityBand[], void, undefined>;
}

/** Tiles of one network on one grid. */
interface Source {
  readonly member: Member;
  readonly pack: LogitPack;
  readonly all: boolean;
  /** Every set of views that is asked for, by its names. */
  readonly views: Map<string, readonly TestTimeView[]>;
  /** For each of them the mean of the tile at hand. */
  readonly means: Map<string, Float32Array>;
  readonly sums: Sum[];
  next: number;
}

/** Tiles of a source with some views, put together in one way. */
interface Sum {
  readonly views: string;
  readonly stitcher: Stitcher;
  columns: ReturnType<Stitcher['take']>;
  milliseconds: number;
}

interface Stream {
  readonly plans: number[];
  readonly plan: SlidePlan;
  readonly sums: readonly Sum[];
  readonly merger: MemberMerger;
  milliseconds: number;
}

function once<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

/**
 * @param plans of one slide and one grid
 * @param packOf the answers for a member, which lack nothing; open as long as bands are asked for
 */
export async function openKeptStreams(
  plans: readonly WeightedPlan[],
  packOf: (member: Member) => Promise<LogitPack>,
  signal: AbortSignal | undefined,
): Promise<KeptStreams> {
  const packs = new Map<LogitPack, number>();
  const sources = new Map<string, Source>();
  const sums = new Map<string, Sum>();
  const streams = new Map<string, Stream>();
  for (const [i, plan] of plans.entries()) {
    const { merge, all } = plan.settings;
    const keys: unknown[] = [];
    const own: { readonly member: Member; readonly sum: Sum }[] = [];
    for (const member of plan.members) {
      const pack = await packOf(member);
      const number = once(packs, pack, () => packs.size);
      const tiles = JSON.stringify([number, member.overlap, all]);
      const source = once(sources, tiles, () => ({
        member,
        pack,
        all,
        views: new Map(),
        means: new Map(),
        sums: [],
        next: 0,
      }));
      const views = plan.views.join();
      source.views.set(views, plan.views);
      const key = `${tiles} ${views} ${merge}`;
      const sum = once(sums, key, () => {
        const stitcher = new Stitcher(member.layout, plan.classes.length, merge);
        const made = { views, stitcher, columns: undefined, milliseconds: 0 };
        source.sums.push(made);
        return made;
      });
      own.push({ member, sum });
      keys.push([key, member.share]);
    }
    const stream = once(streams, JSON.stringify(keys), () => ({
      plans: [],
      plan,
      sums: own.map(({ sum }) => sum),
      milliseconds: 0,
      merger: new MemberMerger(
        plan,
        own.map(({ member, sum }) => ({ member, left: 0, take: () => sum.columns })),
        0,
        { agreement: false },
      ),
    }));
    stream.plans.push(i);
  }
  const all = [...streams.values()];
  return {
    get streams() {
      return all.map(({ plans: indices, sums: own, milliseconds }) => ({
        plans: indices,
        milliseconds: own.reduce((total, sum) => total + sum.milliseconds, milliseconds),
      }));
    },
    bands: () => bandsOf(plans, [...sources.values()], all, signal),
  };
}

async function* bandsOf(
  [first]: readonly WeightedPlan[],
  sources: readonly Source[],
  streams: readonly Stream[],
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ProbabilityBand[], void, undefined> {
  const width = first?.grid.width ?? 0;
  for (let right = 0; right < width; ) {
    right = Math.min(right + BAND_COLUMNS, width);
    for (const source of sources) {
      if (first !== undefined) await addColumns(source, memberColumn(source.member, first, right), signal);
    }
    yield streams.map((stream) => mergeSums(stream, right));
    for (const { sums } of sources) for (const sum of sums) sum.columns = undefined;
  }
}

function mergeSums(stream: Stream, right: number): ProbabilityBand {
  const began = performance.now();
  const band = stream.merger.take(right);
  stream.milliseconds += performance.now() - began;
  return band;
}

/** Adds what touches the columns left of `limit`, and takes them. */
async function addColumns(source: Source, limit: number, signal: AbortSignal | undefined): Promise<void> {
  const { member, pack, all, sums } = source;
  const { columns, rows } = member.layout;
  const wanted: { readonly column: number; readonly row: number; readonly x: number; readonly y: number }[] = [];
  for (; (columns[source.next] ?? limit) < limit; source.next++) {
    const x = columns[source.next] ?? 0;
    for (const [row, y] of rows.entries()) {
      if (all || !pack.has(backgroundKey(x, y))) wanted.push({ column: source.next, row, x, y });
    }
  }
  const reading: Promise<ReadonlyMap<TestTimeView, Uint8Array>>[] = [];
  for (let i = 0; i < wanted.length; i++) {
    for (let ahead = reading.length; ahead < Math.min(i + TILES_AHEAD, wanted.length); ahead++) {
      const { x = 0, y = 0 } = wanted[ahead] ?? {};
      const tile = readTile(source, x, y);
      // Its failure is reported when it is awaited; until then it must not count as unhandled.
      tile.catch(() => undefined);
      reading.push(tile);
    }
    throwIfCancelled(signal);
    const [tile, place] = [await reading[i], wanted[i]];
    delete reading[i];
    if (tile === undefined || place === undefined) continue;
    const means = meansOf(source, tile);
    for (const sum of sums) {
      const values = means.get(sum.views);
      if (values === undefined) continue;
      const began = performance.now();
      sum.stitcher.addProbabilities(place.column, place.row, values, 1);
      sum.milliseconds += performance.now() - began;
    }
  }
  for (const sum of sums) {
    const began = performance.now();
    sum.columns = sum.stitcher.take(limit);
    sum.milliseconds += performance.now() - began;
  }
}

const valuesOf = ({ model, layout }: Member): number => model.card.classes.length * layout.tile ** 2;

/** What is kept of every view of a tile. */
async function readTile({ pack, views }: Source, x: number, y: number): Promise<ReadonlyMap<TestTimeView, Uint8Array>> {
  const read = async (view: TestTimeView) => [view, await pack.get(tileKey(x, y, view))] as const;
  return new Map(await Promise.all(Array.from(new Set([...views.values()].flat()), read)));
}

/** The mean probability of a tile over each set of views: in memory that the next call uses again. */
function meansOf(
  { member, views, means }: Source,
  tile: ReadonlyMap<TestTimeView, Uint8Array>,
): ReadonlyMap<string, Float32Array> {
  const length = valuesOf(member);
  for (const name of views.keys()) once(means, name, () => new Float32Array(length)).fill(0);
  const table = sigmoidTable();
  if (scratch.length !== length) scratch = new Uint16Array(length);
  for (const [view, kept] of tile) {
    const bits = unfoldLogits(inflateLogits(kept, length), scratch);
    const from = placesBehind(view, member.layout.tile, length);
    for (const [name, set] of views) {
      const mean = means.get(name);
      if (mean === undefined || !set.includes(view)) continue;
      const share = 1 / set.length;
      for (let i = 0; i < length; i++) {
        mean[i] = (mean[i] as number) + share * (table[bits[from[i] as number] as number] as number);
      }
    }
  }
  return means;
}

let scratch = new Uint16Array(0);

/** The sigmoid of each of the 65536 float16. */
let sigmoids: Float32Array | undefined;

function sigmoidTable(): Float32Array {
  sigmoids ??= float16ToFloat32(Uint16Array.from({ length: 65536 }, (_, half) => half)).map(sigmoid);
  return sigmoids;
}

/** For each value of a tile where the network's answer for a view of it has that value. */
const tables = new Map<string, Int32Array>();

function placesBehind(view: TestTimeView, tile: number, length: number): Int32Array {
  return once(tables, `${view} ${tile} ${length}`, () => {
    const numbers = Float32Array.from({ length: tile * tile }, (_, i) => i);
    const plane = invertViewOfPlanes(numbers, tile, view);
    return Int32Array.from({ length }, (_, i) => {
      const within = i % plane.length;
      return i - within + (plane[within] as number);
    });
  });
}
