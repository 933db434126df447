/** What is known of a set of outlines: its index, the chunks in memory, which objects are hidden and selected. No drawing. */
import Flatbush from 'flatbush';
import type { CoverageTile } from '../../outlines/coverage/coverage.js';
import { takeOut } from '../../outlines/coverage/hidden.js';
import { polygonsIn, readChunk } from '../../outlines/outline-chunk.js';
import { type OutlineIndex, readIndex } from '../../outlines/outline-index.js';
import { COORDINATE_STEPS, type FlatPolygon } from '../../protocol/objects.js';
import type { Point } from '../tools/tool.js';
import type { Box } from './camera.js';
import { ObjectStates } from './gl/object-states.js';
import type { OutlineSource } from './overlay.js';
import { pickObject } from './pick.js';
import type { KeptChunk, Shared } from './shared.js';

/** What there is once the index has come. */
export interface OpenedOutlines {
  readonly index: OutlineIndex;
  /** Over the boxes of chunks, in steps. */
  readonly tree: Flatbush | undefined;
  readonly states: ObjectStates;
}

export class OutlineData {
  opened: OpenedOutlines | undefined;
  #hidden: ReadonlySet<string> = new Set();
  readonly #hiddenObjects = new Set<number>();
  #selection: ReadonlySet<string> = new Set();
  readonly #asked = new Map<number, Promise<KeptChunk>>();
  readonly #never = new AbortController();

  /**
   * @param key unlike that of every other layer there has been
   * @param onOpened called once the index has come
   * @param onHidden called for each object that is hidden or shown again
   */
  constructor(
    readonly key: string,
    readonly source: OutlineSource,
    readonly shared: Pick<Shared, 'chunks' | 'requests'>,
    readonly on: { readonly opened: (index: OutlineIndex) => void; readonly hidden: (object: number) => void },
  ) {}

  /** Asks for the index if it is not there. */
  get isOpen(): boolean {
    if (this.opened !== undefined) return true;
    this.shared.requests.want(`${this.key}/index`, async () => this.#open(await this.source.index()));
    return false;
  }

  #open(buffer: ArrayBuffer): void {
    if (this.opened !== undefined) return;
    const index = readIndex(buffer);
    const { chunks, chunkBoxes } = index;
    const tree = chunks === 0 ? undefined : new Flatbush(chunks, 16, Int32Array);
    for (let i = 0; i < chunks; i++) {
      const [left = 0, top = 0, right = 0, bottom = 0] = chunkBoxes.subarray(4 * i, 4 * i + 4);
      tree?.add(left, top, right, bottom);
    }
    tree?.finish();
    this.opened = { index, tree, states: new ObjectStates(index.classOf) };
    this.on.opened(index);
    const [hidden, selection] = [this.#hidden, this.#selection];
    [this.#hidden, this.#selection] = [new Set(), new Set()];
    this.hide(hidden);
    this.select(selection);
  }

  get selection(): ReadonlySet<string> {
    return this.#selection;
  }

  hide(ids: ReadonlySet<string>): void {
    this.#mark(this.#hidden, ids, (states, object, yes) => {
      states.hide(object, yes);
      if (yes) this.#hiddenObjects.add(object);
      else this.#hiddenObjects.delete(object);
      this.on.hidden(object);
    });
    this.#hidden = ids;
  }

  select(ids: ReadonlySet<string>): void {
    this.#mark(this.#selection, ids, (states, object, yes) => states.select(object, yes));
    this.#selection = ids;
  }

  #mark(
    before: ReadonlySet<string>,
    after: ReadonlySet<string>,
    set: (states: ObjectStates, object: number, yes: boolean) => void,
  ): void {
    if (this.opened === undefined) return;
    const { index, states } = this.opened;
    const each = (ids: ReadonlySet<string>, others: ReadonlySet<string>, yes: boolean): void => {
      for (const id of ids) {
        const object = others.has(id) ? -1 : index.find(id);
        if (object >= 0) set(states, object, yes);
      }
    };
    each(before, after, false);
    each(after, before, true);
  }

  isHidden(object: number): boolean {
    return this.#hiddenObjects.has(object);
  }

  /** Chunks whose boxes meet a rectangle in steps. */
  readonly search = (left: number, top: number, right: number, bottom: number): readonly number[] =>
    this.opened?.tree?.search(left, top, right, bottom) ?? [];

  /** Level-0 pixels. */
  boxOf(object: number): Box {
    const box = this.opened?.index.boxes.subarray(4 * object, 4 * object + 4) ?? [];
    const [left = 0, top = 0, right = 0, bottom = 0] = Array.from(box, (value) => value / COORDINATE_STEPS);
    return { left, top, right, bottom };
  }

  /** A tile of coverage without what is hidden. */
  async coverageTile(tile: CoverageTile, signal: AbortSignal): Promise<Uint8Array> {
    const buffer = await this.source.coverage(tile.level, tile.x, tile.y, signal);
    const index = this.opened?.index;
    if (index === undefined || this.#hiddenObjects.size === 0) return new Uint8Array(buffer);
    // A copy: a source in memory may hand out what it keeps.
    const octets = new Uint8Array(buffer.slice(0));
    await takeOut(index, tile, octets, {
      hidden: [...this.#hiddenObjects],
      isHidden: (object) => this.#hiddenObjects.has(object),
      chunk: async (number) => (await this.load(number, signal)).chunk,
      search: this.search,
    });
    return octets;
  }

  async load(chunk: number, signal: AbortSignal): Promise<KeptChunk> {
    const key = `${this.key}/${chunk}`;
    const known = this.shared.chunks.get(key);
    if (known !== undefined) return known;
    const buffer = await this.source.chunk(chunk, signal);
    const kept = { buffer, chunk: readChunk(buffer) };
    this.shared.chunks.set(key, kept, buffer.byteLength);
    return kept;
  }

  /** A chunk whatever the view shows. */
  #ask(chunk: number): Promise<KeptChunk> {
    const asked = this.#asked.get(chunk);
    if (asked !== undefined) return asked;
    const asking = this.load(chunk, this.#never.signal).finally(() => this.#asked.delete(chunk));
    this.#asked.set(chunk, asking);
    return asking;
  }

  /** @param scale device pixels per level-0 pixel */
  pick(point: Point, scale: number): string | undefined {
    const index = this.opened?.index;
    if (index === undefined) return undefined;
    const object = pickObject(index, this.search, {
      point,
      scale,
      isHidden: (one) => this.#hiddenObjects.has(one),
      chunk: (number) => {
        const kept = this.shared.chunks.get(`${this.key}/${number}`);
        if (kept === undefined) this.#ask(number).catch(() => undefined);
        return kept?.chunk;
      },
    });
    return object < 0 ? undefined : index.idOf(object);
  }

  /** @throws what the source throws */
  async polygonsOf(id: string): Promise<readonly FlatPolygon[] | undefined> {
    if (this.opened === undefined) this.#open(await this.source.index());
    const index = this.opened?.index;
    const object = index?.find(id) ?? -1;
    if (index === undefined || object < 0) return undefined;
    const number = index.chunkOf(object);
    const { chunk } = await this.#ask(number);
    return polygonsIn(chunk, object - (index.chunkFirst[number] as number));
  }

  close(): void {
    this.#never.abort();
  }
}
