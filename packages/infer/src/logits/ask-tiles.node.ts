/** Asks networks for the tiles of a slide that nobody has asked them for, and keeps what they say. */
import type { Raster, Rect, TestTimeView } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { TileProgress } from '../bands/predicted-band.js';
import { throwIfCancelled } from '../concurrency/cancel.js';
import { inOrder } from '../concurrency/in-order.js';
import { encodeLogits } from '../logit-store/logit-codec.node.js';
import type { LogitPack } from '../logit-store/logit-pack.node.js';
import { backgroundKey, placesOf, tileKey } from '../logit-store/tile-keys.js';
import type { Member, SlidePlan } from '../plan/plan.js';
import { applyViewToTile } from '../plan/views.js';
import { backgroundTestOf } from '../tiles/background.js';
import { toBatch } from '../tiles/batch.js';
import { ColumnReader } from '../tiles/column-reader.js';
import { tileOfColumn } from '../tiles/columns.js';
import { coloursOf } from '../tiles/member-colours.js';
import { jobsUnderWay, runNetwork, tilePlace } from '../tiles/run-jobs.js';

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TileProgress) => void) | undefined;
  readonly onUnreadable?: ((piece: Rect) => void) | undefined;
}

interface Wanted {
  readonly column: number;
  readonly row: number;
  readonly views: readonly TestTimeView[];
}

/** What is missing of a member's tiles; those of background are wanted only where all are. */
export function wantedTiles({ layout }: Member, { views, settings }: SlidePlan, pack: LogitPack): Wanted[] {
  const wanted: Wanted[] = [];
  for (const { column, row, x, y } of placesOf(layout)) {
    if (!settings.all && pack.has(backgroundKey(x, y))) continue;
    const missing = views.filter((view) => !pack.has(tileKey(x, y, view)));
    if (missing.length > 0) wanted.push({ column, row, views: missing });
  }
  return wanted;
}

/** A tile that a member's network is to be asked for. */
interface Job extends Wanted {
  readonly member: Member;
  /** Index of the plan's member. */
  readonly index: number;
  /** Where the member's answers are kept. */
  readonly store: LogitPack;
  /** Where it begins, as a share of the slide's width. */
  readonly left: number;
}

/** The tiles of all members from left to right, so that what one has read of the slide is still at hand for the next. */
function jobsOf(plan: SlidePlan, packs: readonly LogitPack[]): Job[] {
  const jobs = plan.members.flatMap((member, index) => {
    const store = packs[index];
    if (store === undefined) return [];
    const left = (column: number): number => (member.layout.columns[column] ?? 0) / member.grid.width;
    return wantedTiles(member, plan, store).map((tile): Job => {
      return { ...tile, member, index, store, left: left(tile.column) };
    });
  });
  return jobs.sort((a, b) => a.left - b.left || a.index - b.index || a.row - b.row);
}

interface Asked {
  readonly member: Member;
  readonly store: LogitPack;
  readonly keys: readonly string[];
  /** Where each begins, pixels of the member's grid. */
  readonly places: readonly { readonly x: number; readonly y: number }[];
  readonly data: Float32Array;
}

/**
 * Every answer is on the disk as soon as it is there.
 * @param packs of the plan's members
 * @returns how often networks were asked: tiles times views
 * @throws {FtuError} `cancelled`, `io` for a full disk, or what the slide and the sessions throw
 */
export async function askTiles(
  slide: Slide,
  plan: SlidePlan,
  packs: readonly LogitPack[],
  { signal, onProgress, onUnreadable = () => undefined }: AskOptions,
): Promise<number> {
  const jobs = jobsOf(plan, packs);
  const total = plan.views.length * plan.tiles;
  let done = total - jobs.reduce((sum, { views }) => sum + views.length, 0);
  let last = performance.now();
  let asked = 0;
  const keep = async ({ member, store, keys, places, data }: Asked): Promise<number> => {
    const { layout, model } = member;
    const placeOf = (item: number): Rect | undefined => {
      const place = places[item];
      return place && tilePlace(plan, member, place.x, place.y);
    };
    const logits = await runNetwork(member, data, [keys.length, 3, layout.tile, layout.tile], placeOf);
    const length = logits.length / keys.length;
    // The wall clock between two answers adds up to that of the whole pass, reading included.
    const now = performance.now();
    const each = (now - last) / keys.length;
    last = now;
    const values = keys.map((_, n) => encodeLogits(logits.subarray(n * length, (n + 1) * length)));
    model.session.release?.(logits);
    for (const [n, key] of keys.entries()) await store.put(key, values[n] ?? new Uint8Array(0), each);
    asked += keys.length;
    return keys.length;
  };
  const tasks = async function* () {
    for await (const batch of batches(slide, plan, jobs, { signal, onUnreadable })) {
      yield async () => (typeof batch === 'number' ? batch : keep(batch));
    }
  };
  onProgress?.({ done, total });
  for await (const count of inOrder(tasks(), jobsUnderWay(plan))) {
    throwIfCancelled(signal);
    done += count;
    onProgress?.({ done, total });
  }
  return asked;
}

/** Batches for the networks; a number for so many views of background. A batch has tiles of one column. */
async function* batches(
  slide: Slide,
  plan: SlidePlan,
  jobs: readonly Job[],
  { signal, onUnreadable }: { readonly signal: AbortSignal | undefined; readonly onUnreadable: (piece: Rect) => void },
): AsyncGenerator<Asked | number, void, undefined> {
  const readers = new Map(
    plan.members.map((member) => [member, new ColumnReader(slide, member.layout, signal, { onUnreadable })]),
  );
  const isBackground = plan.settings.all ? undefined : await backgroundTestOf(slide, signal);
  const colours = await coloursOf(slide, plan, signal);
  let [tiles, keys, places]: [Raster[], string[], { x: number; y: number }[]] = [[], [], []];
  for (const [i, { member, store, column, row, views }] of jobs.entries()) {
    const { layout, model, batchSize } = member;
    const pack = (): Asked => {
      const { data } = toBatch(tiles, model.card, model.session.acquire?.(batchSize * 3 * layout.tile ** 2));
      const batch = { member, store, keys, places, data };
      [tiles, keys, places] = [[], [], []];
      return batch;
    };
    const [x = 0, y = 0] = [layout.columns[column], layout.rows[row]];
    const strip = await readers.get(member)?.column(column);
    if (strip === undefined) throw new RangeError('a job is of a member of the plan');
    const tile = tileOfColumn(strip, y, layout.tile);
    if (isBackground?.(tile) === true) {
      await store.put(backgroundKey(x, y), new Uint8Array(0), 0);
      yield views.length;
    } else {
      const shown = colours.show(member, tile);
      for (const view of views) {
        tiles.push(applyViewToTile(shown, view));
        keys.push(tileKey(x, y, view));
        places.push({ x, y });
        if (tiles.length === batchSize) yield pack();
      }
    }
    const next = jobs[i + 1];
    if (tiles.length > 0 && (next?.member !== member || next.column !== column)) yield pack();
  }
}
