/** Asks a network for the tiles of a slide that nobody has asked it for, and keeps what it says. */
import type { Raster, Rect, TestTimeView } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { toBatch } from '../batch.js';
import { throwIfCancelled } from '../cancel.js';
import { ColumnReader, tileOfColumn } from '../column-reader.js';
import { inOrder } from '../in-order.js';
import type { Member, SlidePlan } from '../plan.js';
import type { TileProgress } from '../predict-bands.js';
import { jobsUnderWay, runNetwork } from '../run-jobs.js';
import { isGlass } from '../tile-jobs.js';
import { seen } from '../views.js';
import { encodeLogits } from './logit-codec.node.js';
import type { LogitPack } from './logit-pack.node.js';
import { glassKey, placesOf, tileKey } from './tile-keys.js';

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

/** What is missing of a member's tiles; those of empty glass are wanted only where all are. */
export function wantedTiles({ layout }: Member, { views, settings }: SlidePlan, pack: LogitPack): Wanted[] {
  const wanted: Wanted[] = [];
  for (const { column, row, x, y } of placesOf(layout)) {
    if (!settings.all && pack.has(glassKey(x, y))) continue;
    const missing = views.filter((view) => !pack.has(tileKey(x, y, view)));
    if (missing.length > 0) wanted.push({ column, row, views: missing });
  }
  return wanted;
}

/**
 * Every answer is on the disk as soon as it is there.
 * @param index of the plan's member
 * @returns how often the network was asked: tiles times views
 * @throws {FtuError} `cancelled`, `io` for a full disk, or what the slide and the session throw
 */
export async function askTiles(
  slide: Slide,
  plan: SlidePlan,
  index: number,
  pack: LogitPack,
  { signal, onProgress, onUnreadable = () => undefined }: AskOptions,
): Promise<number> {
  const member = plan.members[index];
  if (member === undefined) throw new RangeError(`there is no member ${index}`);
  const { layout, model, batchSize } = member;
  const wanted = wantedTiles(member, plan, pack);
  const total = plan.views.length * layout.columns.length * layout.rows.length;
  let done = total - wanted.reduce((sum, { views }) => sum + views.length, 0);
  let last = performance.now();
  let asked = 0;
  const keep = async (keys: readonly string[], data: Float32Array, tile: number): Promise<number> => {
    const logits = await runNetwork(plan, index, data, [keys.length, 3, tile, tile]);
    const length = logits.length / keys.length;
    const values = await Promise.all(keys.map((_, n) => encodeLogits(logits.subarray(n * length, (n + 1) * length))));
    model.session.giveBack?.(logits);
    // The wall clock between two answers adds up to that of the whole pass, reading included.
    const now = performance.now();
    const each = (now - last) / keys.length;
    last = now;
    for (const [n, key] of keys.entries()) await pack.put(key, values[n] ?? new Uint8Array(0), each);
    asked += keys.length;
    return keys.length;
  };
  const tasks = async function* () {
    const reader = new ColumnReader(slide, layout, signal, onUnreadable);
    let [tiles, keys]: [Raster[], string[]] = [[], []];
    const packed = () => {
      const { data } = toBatch(tiles, model.card, model.session.lend?.(batchSize * 3 * layout.tile ** 2));
      const batch = keys;
      [tiles, keys] = [[], []];
      return () => keep(batch, data, layout.tile);
    };
    for (const { column, row, views } of wanted) {
      const [x = 0, y = 0] = [layout.columns[column], layout.rows[row]];
      const tile = tileOfColumn(await reader.column(column), y, layout.tile);
      if (!plan.settings.all && isGlass(tile)) {
        await pack.put(glassKey(x, y), new Uint8Array(0), 0);
        yield async () => views.length;
        continue;
      }
      for (const view of views) {
        tiles.push(seen(tile, view));
        keys.push(tileKey(x, y, view));
        if (tiles.length === batchSize) yield packed();
      }
    }
    if (tiles.length > 0) yield packed();
  };
  onProgress?.({ done, total });
  for await (const count of inOrder(tasks(), jobsUnderWay(plan))) {
    throwIfCancelled(signal);
    done += count;
    onProgress?.({ done, total });
  }
  return asked;
}
