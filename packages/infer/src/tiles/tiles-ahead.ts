/**
 * Work that goes before the order of the plan, such as what a person looks at. The order of sums stays the plan's: whoever comes to a tile that was
 * computed ahead takes the answer then, and only for the same pixels, so that nothing that comes out depends on what was done ahead.
 */
import type { Raster, TestTimeView } from '@ftuseg/core';
import type { Member } from '../plan/plan.js';

/** A tile of one of the plan's members in one view: indices into its layout's columns and rows. */
export interface MemberTile {
  readonly member: Member;
  readonly column: number;
  readonly row: number;
  readonly view: TestTimeView;
}

export interface TilesAhead {
  /** Told where the order of the plan stands: columns before it are done. */
  at(member: Member, column: number): void;
  /** Called before each tile; the order of the plan goes on when it settles. */
  work(): Promise<void>;
  /**
   * @param pixels of the tile in this view, as the network is shown them
   * @returns logits, classes x tile x tile, which are the caller's from then on; undefined where they have to be computed
   */
  answer(tile: MemberTile, pixels: Raster): Promise<Float32Array | undefined>;
}
