/**
 * What a person looks at is computed before its turn, and shown at once. Answers wait in a bounded memory until the order of the plan comes to them: what
 * does not fit is computed again, and nothing of the result depends on it.
 */
import { crop, type Raster, type Rect, type TestTimeView } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { crc32 } from '../../band-store/crc32.js';
import { throwIfCancelled } from '../../concurrency/cancel.js';
import type { Member, SlidePlan } from '../../plan/plan.js';
import { applyViewToTile } from '../../plan/views.js';
import type { BackgroundTest } from '../../tiles/background.js';
import { toBatch } from '../../tiles/batch.js';
import { tileOfColumn } from '../../tiles/columns.js';
import type { MemberColours } from '../../tiles/member-colours.js';
import { isDamage, readAround } from '../../tiles/read-window.js';
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

/** A picture of a view, and what its tiles wait for. */
interface Picture {
  readonly regions: readonly TileRegion[];
  readonly seenFrom: string;
  /** Copies of the logits of the view's tiles, for all its pictures: their memory is used again when their turn has come. */
  readonly answers: Map<string, Float32Array | undefined>;
  readonly asked: Promise<void>[];
}

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
  /** Of a picture that could not be drawn. */
  #problem: unknown;
  /** Tiles that the networks have been asked for. */
  readonly #asked = new Map<string, Promise<void>>();
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

  async answer(tile: MemberTile, pixels: Raster): Promise<Float32Array | undefined> {
    const key = this.#keyOf(tile);
    await this.#asked.get(key);
    const found = this.#known.get(key);
    if (found === undefined) return undefined;
    this.#drop(key, found);
    // A reader may round another window otherwise: only the same picture has the same answer.
    return found.checksum === crc32(pixels.data) ? found.logits : undefined;
  }

  /** Settles when the networks have been asked for all; pictures are drawn as their tiles are there, while the networks compute what comes next. */
  async work(): Promise<void> {
    if (this.#problem !== undefined) throw this.#problem;
    const view = this.options.view();
    if (view === undefined) return;
    const seenFrom = JSON.stringify(view);
    const answers = new Map<string, Float32Array | undefined>();
    for (const [step, most] of TILES.entries()) {
      const name = `${most} ${seenFrom}`;
      if (this.#shown.has(name)) continue;
      const regions = this.plan.members.map((member) =>
        regionOf(this.plan, member, view, this.#columns.get(member) ?? 0, Math.min(most, this.#most)),
      );
      if (regions.some((region) => tilesOf(region) > 0)) {
        const picture: Picture = { regions, seenFrom, answers, asked: [] };
        await this.#askFor(picture);
        if (this.#hasMoved(seenFrom)) return;
        // Who comes to a tile that failed is told of it.
        const whole = Promise.all(picture.asked).then(
          () => true,
          () => false,
        );
        whole
          .then((isWhole) => isWhole && this.#draw(picture))
          .catch((problem: unknown) => {
            this.#problem = problem;
          });
      }
      if (step === 0) this.#shown.clear();
      this.#shown.add(name);
    }
  }

  #draw({ regions, seenFrom, answers }: Picture): void {
    if (this.#hasMoved(seenFrom)) return;
    const seen = this.plan.members.flatMap((member, i): SeenRegion[] => {
      const region = regions[i];
      const logits = (column: number, row: number, view: TestTimeView): Float32Array | undefined =>
        answers.get(this.#keyOf({ member, column, row, view }));
      return region === undefined ? [] : [{ member, region, logits }];
    });
    this.options.onPreview?.(outlinePreview(this.plan, seen));
  }

  #hasMoved(seenFrom: string): boolean {
    return JSON.stringify(this.options.view()) !== seenFrom;
  }

  /** Asks for what is missing of a picture, until the view moves on. */
  async #askFor({ regions, seenFrom, answers, asked }: Picture): Promise<void> {
    for (const [index, { left, right, top, bottom }] of regions.entries()) {
      const member = this.plan.members[index];
      for (let column = left; member !== undefined && column < right; column++) {
        const missing = await this.#missing(member, column, top, bottom);
        for (const tile of this.#tilesOf(member, column, top, bottom)) {
          const key = this.#keyOf(tile);
          const take = (): void => {
            const known = this.#known.get(key)?.logits;
            if (known !== undefined && !answers.has(key)) answers.set(key, known.slice());
          };
          const under = this.#asked.get(key);
          if (under === undefined) take();
          else asked.push(under.then(take, () => undefined));
        }
        for (const tile of missing) {
          throwIfCancelled(this.options.signal);
          if (this.#hasMoved(seenFrom)) return;
          while (this.#asked.size >= this.#together) await Promise.race(this.#asked.values());
          asked.push(this.#ask(tile, answers));
        }
      }
    }
  }

  #tilesOf(member: Member, column: number, top: number, bottom: number): (MemberTile & { readonly start: number })[] {
    return member.layout.rows
      .slice(top, bottom)
      .flatMap((start, i) => this.plan.views.map((view) => ({ member, column, row: top + i, view, start })));
  }

  /** Tiles of a column that nobody has computed; those of background are noted. */
  async #missing(member: Member, column: number, top: number, bottom: number): Promise<WantedTile[]> {
    const { layout } = member;
    const wanted = this.#tilesOf(member, column, top, bottom);
    const [first, last] = [wanted[0]?.start, wanted.at(-1)?.start];
    if (first === undefined || last === undefined || wanted.every((tile) => this.#isThere(tile))) return [];
    const { tile, width, height } = layout;
    const left = layout.columns[column] ?? 0;
    const window = {
      x: left,
      y: first,
      width: Math.min(tile, width - left),
      height: Math.min(last + tile, height) - first,
    };
    const read = await readAround(this.slide, layout, window, this.options.signal, () => undefined).catch(
      (error: unknown) => {
        if (!isDamage(error)) throw error;
        return undefined;
      },
    );
    // Nothing of it can be read: it comes in its turn, with what is around it.
    if (read === undefined) return [];
    const strip = crop(read, { x: 0, y: 0, width: tile, height: Math.max(tile, read.height) });
    return wanted.flatMap(({ start, ...one }) => {
      if (this.#isThere(one)) return [];
      const plain = tileOfColumn(strip, start - first, tile);
      if (this.options.isBackground?.(plain) === true) {
        this.#known.set(this.#keyOf(one), { logits: undefined, checksum: 0 });
        return [];
      }
      return [{ ...one, pixels: applyViewToTile(this.options.colours.show(member, plain), one.view) }];
    });
  }

  #isThere(tile: MemberTile): boolean {
    const key = this.#keyOf(tile);
    return this.#known.has(key) || this.#asked.has(key);
  }

  /** @param answers get the logits, too */
  #ask({ pixels, ...tile }: WantedTile, answers: Map<string, Float32Array | undefined>): Promise<void> {
    const { member, column, row } = tile;
    const { columns, rows } = member.layout;
    const { data, shape } = toBatch([pixels], member.model.card, member.model.session.acquire?.(pixels.data.length));
    const place = (): Rect => tilePlace(this.plan, member, columns[column] ?? 0, rows[row] ?? 0);
    const key = this.#keyOf(tile);
    const asking = runNetwork(member, data, shape, place)
      .then((logits) => {
        answers.set(key, logits.slice());
        this.#keep(key, { logits, checksum: crc32(pixels.data) });
      })
      .finally(() => this.#asked.delete(key));
    // Its failure is told when its turn comes; until then it must not count as unhandled.
    asking.catch(() => undefined);
    this.#asked.set(key, asking);
    return asking;
  }

  #keep(key: string, known: Known): void {
    this.#known.set(key, known);
    this.#bytes += known.logits?.byteLength ?? 0;
    for (const [one, oldest] of this.#known) {
      if (this.#bytes <= MAX_BYTES) break;
      this.#drop(one, oldest);
    }
  }

  #drop(key: string, { logits }: Known): void {
    this.#known.delete(key);
    this.#bytes -= logits?.byteLength ?? 0;
  }

  #keyOf({ member, column, row, view }: MemberTile): string {
    return `${this.plan.members.indexOf(member)} ${column} ${row} ${this.plan.views.indexOf(view)}`;
  }
}
