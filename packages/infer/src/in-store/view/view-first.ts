/**
 * What a person looks at is computed before its turn, and shown at once. Answers wait in a bounded memory until the order of the plan comes to them: what
 * does not fit is computed again, and nothing of the result depends on it.
 */
import { crop, type Raster, type Rect, type TestTimeView } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { crc32 } from '../../band-store/crc32.js';
import { throwIfCancelled } from '../../concurrency/cancel.js';
import { inOrder } from '../../concurrency/in-order.js';
import type { Member, SlidePlan } from '../../plan/plan.js';
import { applyViewToTile } from '../../plan/views.js';
import type { BackgroundTest } from '../../tiles/background.js';
import { toBatch } from '../../tiles/batch.js';
import { tileOfColumn } from '../../tiles/columns.js';
import type { MemberColours } from '../../tiles/member-colours.js';
import { readAround } from '../../tiles/read-window.js';
import { jobsUnderWay, runNetwork, tilePlace } from '../../tiles/run-jobs.js';
import type { MemberTile, TilesAhead } from '../../tiles/tiles-ahead.js';
import { outlinePreview, type PreviewFeature, type SeenRegion } from './outline-preview.js';
import { regionOf, type TileRegion, tilesOf } from './view-region.js';

/** Of answers that wait. */
const MAX_BYTES = 64 << 20;
/**
 * Tiles of the pictures of a view, one after the other: a person waits for them. The last is a screen of tiles of 256 pixels at the model's own scale. From
 * farther away a view has more of them, which come in their turn: the network would have nothing to do while as many answers are taken over.
 */
const TILES = [2, 9, 64];

/** Undefined logits: the tile is background. */
interface Known {
  readonly logits: Float32Array | undefined;
  readonly checksum: number;
}

export interface ViewFirstOptions {
  /** Level-0 pixels; asked again and again. */
  readonly view: () => Rect | undefined;
  readonly onPreview: ((features: readonly PreviewFeature[]) => void) | undefined;
  readonly isBackground: BackgroundTest | undefined;
  readonly colours: MemberColours;
  readonly signal: AbortSignal | undefined;
}

interface WantedTile extends MemberTile {
  readonly pixels: Raster;
}

export class ViewFirst implements TilesAhead {
  readonly #known = new Map<string, Known>();
  readonly #columns = new Map<Member, number>();
  /** Tiles of a member that may wait. */
  readonly #most: number;
  /** Tiles that keep every network busy. */
  readonly #together: number;
  #bytes = 0;
  /** The last picture, and the tiles that are sent to the networks before it is drawn. */
  #waiting: { readonly draw: () => void; tiles: number } | undefined;
  /** What was shown of the view at hand. */
  readonly #shown = new Set<string>();

  constructor(
    private readonly slide: Slide,
    private readonly plan: SlidePlan,
    private readonly options: ViewFirstOptions,
  ) {
    const perTile = plan.members.reduce((sum, { layout }) => sum + 4 * layout.tile ** 2 * plan.classes.length, 0);
    this.#together = jobsUnderWay(plan);
    this.#most = Math.floor(MAX_BYTES / perTile / plan.views.length);
  }

  at(member: Member, column: number): void {
    this.#columns.set(member, column);
  }

  answer(tile: MemberTile, pixels: Raster): Float32Array | undefined {
    const key = this.#keyOf(tile);
    const found = this.#known.get(key);
    if (found === undefined) return undefined;
    this.#drop(key, found);
    // A reader may round another window otherwise: only the same picture has the same answer.
    return found.checksum === crc32(pixels.data) ? found.logits : undefined;
  }

  async work(): Promise<void> {
    this.#drawWaiting();
    const view = this.options.view();
    if (view === undefined) return;
    const seenFrom = JSON.stringify(view);
    let draw: (() => void) | undefined;
    for (const [step, most] of TILES.entries()) {
      const name = `${most} ${seenFrom}`;
      if (this.#shown.has(name)) continue;
      const regions = this.plan.members.map((member) =>
        regionOf(this.plan, member, view, this.#columns.get(member) ?? 0, Math.min(most, this.#most)),
      );
      if (regions.some((region) => tilesOf(region) > 0)) {
        this.#waiting = undefined;
        // Pictures are drawn while the networks compute what comes next.
        for await (const _ of inOrder(this.#tasks(regions, seenFrom, draw), this.#together));
        if (this.#hasMoved(seenFrom)) return;
        const seen = this.#seen(regions);
        draw = () => this.options.onPreview?.(outlinePreview(this.plan, seen));
      }
      if (step === 0) this.#shown.clear();
      this.#shown.add(name);
    }
    if (draw === undefined) return;
    this.#waiting = { draw, tiles: this.#together === 1 ? 0 : this.#together };
    this.#drawWaiting();
  }

  /** Draws the last picture where enough tiles came after it. */
  #drawWaiting(): void {
    if (this.#waiting === undefined) return;
    if (this.#waiting.tiles === 0) {
      this.#waiting.draw();
      this.#waiting = undefined;
    } else this.#waiting.tiles--;
  }

  #hasMoved(seenFrom: string): boolean {
    return JSON.stringify(this.options.view()) !== seenFrom;
  }

  /**
   * What is missing of regions, until the view moves on.
   * @param meanwhile called when every network has as much to do as it may have
   */
  async *#tasks(regions: readonly TileRegion[], seenFrom: string, meanwhile?: () => void) {
    let sent = 0;
    for (const [index, { left, right, top, bottom }] of regions.entries()) {
      const member = this.plan.members[index];
      for (let column = left; member !== undefined && column < right; column++) {
        for (const tile of await this.#missing(member, column, top, bottom)) {
          throwIfCancelled(this.options.signal);
          if (this.#hasMoved(seenFrom)) return;
          yield () => this.#ask(tile);
          sent++;
          if (sent === this.#together) meanwhile?.();
        }
      }
    }
    if (sent < this.#together) meanwhile?.();
  }

  /** Tiles of a column that nobody has computed; those of background are noted. */
  async #missing(member: Member, column: number, top: number, bottom: number): Promise<WantedTile[]> {
    const { layout } = member;
    const rows = layout.rows.slice(top, bottom);
    const wanted = rows.flatMap((start, i) =>
      this.plan.views.map((view) => ({ member, column, row: top + i, view, start })),
    );
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined || wanted.every((tile) => this.#known.has(this.#keyOf(tile))))
      return [];
    const { tile, width, height } = layout;
    const left = layout.columns[column] ?? 0;
    const window = {
      x: left,
      y: first,
      width: Math.min(tile, width - left),
      height: Math.min(last + tile, height) - first,
    };
    const read = await readAround(this.slide, layout, window, this.options.signal, () => undefined);
    const strip = crop(read, { x: 0, y: 0, width: tile, height: Math.max(tile, read.height) });
    return wanted.flatMap(({ start, ...one }) => {
      if (this.#known.has(this.#keyOf(one))) return [];
      const plain = tileOfColumn(strip, start - first, tile);
      if (this.options.isBackground?.(plain) === true) {
        this.#known.set(this.#keyOf(one), { logits: undefined, checksum: 0 });
        return [];
      }
      return [{ ...one, pixels: applyViewToTile(this.options.colours.show(member, plain), one.view) }];
    });
  }

  async #ask({ pixels, ...tile }: WantedTile): Promise<void> {
    const { member, column, row } = tile;
    const { columns, rows } = member.layout;
    const { data, shape } = toBatch([pixels], member.model.card, member.model.session.acquire?.(pixels.data.length));
    const place = (): Rect => tilePlace(this.plan, member, columns[column] ?? 0, rows[row] ?? 0);
    const logits = await runNetwork(member, data, shape, place);
    this.#known.set(this.#keyOf(tile), { logits, checksum: crc32(pixels.data) });
    this.#bytes += logits.byteLength;
    for (const [key, oldest] of this.#known) {
      if (this.#bytes <= MAX_BYTES) break;
      this.#drop(key, oldest);
    }
  }

  #drop(key: string, { logits }: Known): void {
    this.#known.delete(key);
    this.#bytes -= logits?.byteLength ?? 0;
  }

  /** What is known now: answers are forgotten when their turn comes. */
  #seen(regions: readonly TileRegion[]): SeenRegion[] {
    const known = new Map(this.#known);
    return this.plan.members.flatMap((member, i) => {
      const region = regions[i];
      if (region === undefined) return [];
      const logits = (column: number, row: number, view: TestTimeView): Float32Array | undefined =>
        known.get(this.#keyOf({ member, column, row, view }))?.logits;
      return [{ member, region, logits }];
    });
  }

  #keyOf({ member, column, row, view }: MemberTile): string {
    return `${this.plan.members.indexOf(member)} ${column} ${row} ${this.plan.views.indexOf(view)}`;
  }
}
