/** Collects what a member's network is shown until a batch is full. */
import type { Raster, TestTimeView } from '@ftuseg/core';
import type { Member } from '../plan/plan.js';
import type { BatchShape } from '../session/session.js';
import { toBatch } from './batch.js';

/** What one item of a batch shows. */
export interface TileView {
  readonly column: number;
  readonly row: number;
  readonly view: TestTimeView;
}

/** One of the plan's members as a stream of tiles; whoever asks for jobs finds what it knows of the member on every one of them. */
export interface TileSource {
  readonly member: Member;
  /** The first tile column that is needed, which begins a group of `batchGroups`. */
  readonly firstColumn: number;
}

/** Streams of members whose networks are computed together, or of one. They see the same tiles. */
export type TileSources<S extends TileSource> = readonly [S, ...S[]];

/** A batch for the network of one member, or of several. */
export interface TileBatch<S extends TileSource> {
  readonly kind: 'tiles';
  readonly sources: TileSources<S>;
  readonly data: Float32Array;
  readonly shape: BatchShape;
  readonly items: readonly TileView[];
}

export class BatchPacker<S extends TileSource> {
  #tiles: Raster[] = [];
  #items: TileView[] = [];

  constructor(private readonly sources: TileSources<S>) {}

  /** @returns a batch if it is full now */
  *add(tile: Raster, item: TileView): Generator<TileBatch<S>, void, undefined> {
    this.#tiles.push(tile);
    this.#items.push(item);
    if (this.#tiles.length === this.sources[0].member.batchSize) yield this.#pack();
  }

  /** What there is, full or not. */
  *rest(): Generator<TileBatch<S>, void, undefined> {
    if (this.#tiles.length > 0) yield this.#pack();
  }

  #pack(): TileBatch<S> {
    const { layout, batchSize, model } = this.sources[0].member;
    const into = model.session.acquire?.(batchSize * 3 * layout.tile ** 2);
    const { data, shape } = toBatch(this.#tiles, model.card, into);
    const batch = { kind: 'tiles', sources: this.sources, data, shape, items: this.#items } as const;
    [this.#tiles, this.#items] = [[], []];
    return batch;
  }
}
