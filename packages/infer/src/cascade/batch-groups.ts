/**
 * Columns of tiles that share batches: of a column only a few tiles may be chosen, and half-empty batches cost as much as full ones. Groups follow from the plan
 * and the chosen tiles alone, never from where work was interrupted, since a runtime may round otherwise in batches of another size.
 */
import type { Member } from '../plan/plan.js';
import type { TileChoice } from './tile-choice.js';

/** A group holds so many full batches where it can: the last, which may not be full, is then one of many. */
const FULL_BATCHES = 8;
/** Columns of a group at most: what is stitched of them waits in memory. */
const GROUP_COLUMNS = 8;

/**
 * @param choice undefined: all tiles, and each column is a group
 * @param views of each tile
 * @returns for each column of the member the first of its group
 */
export function batchGroups(member: Member, choice: TileChoice | undefined, views: number): number[] {
  const { layout, batchSize } = member;
  const groups: number[] = [];
  let [first, tiles] = [0, 0];
  for (const column of layout.columns.keys()) {
    const alone = choice === undefined || batchSize === 1;
    if (alone || tiles >= FULL_BATCHES * batchSize || column - first === GROUP_COLUMNS) [first, tiles] = [column, 0];
    groups.push(first);
    tiles += views * (choice?.inColumn(member, column) ?? 0);
  }
  return groups;
}
