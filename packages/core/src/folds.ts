/**
 * Splits samples into folds by group: all tiles or regions of one slide, or of one donor, on the same side.
 * The reference pipeline split by tile, so that it validated on neighbours of its training pixels.
 */
import { FtuError } from './errors.js';
import { createRandom } from './random.js';

/**
 * The fold, 0 to `folds` - 1, of each sample. Groups stay whole; the largest are placed first, each into the fold with the fewest samples
 * so far, and `seed` decides between groups of the same size. Every fold gets at least one group.
 *
 * @param groups The group of each sample.
 * @throws FtuError `bad-input` for fewer than two folds or fewer groups than folds.
 * @example
 * groupFolds(rows.map((row) => row.columns['slide'] ?? row.id), { folds: 4, seed: 7 });
 */
export function groupFolds(
  groups: readonly string[],
  { folds, seed }: { readonly folds: number; readonly seed: number },
): Int32Array {
  if (!Number.isSafeInteger(folds) || folds < 2) {
    throw new FtuError('bad-input', `there must be at least two folds, not ${folds}`, { subject: 'folds' });
  }
  const sizes = new Map<string, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  if (sizes.size < folds) {
    throw new FtuError('bad-input', `${sizes.size} groups cannot fill ${folds} folds`, {
      subject: 'folds',
      hint: `use at most ${sizes.size} folds or a column with more groups`,
    });
  }
  // Sorted first, so that the split depends on the set of groups and the seed, not on the order of the table.
  const names = createRandom(seed).shuffle([...sizes.keys()].sort());
  names.sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
  const filled = new Array<number>(folds).fill(0);
  const foldOf = new Map<string, number>();
  for (const name of names) {
    const fold = filled.indexOf(Math.min(...filled));
    foldOf.set(name, fold);
    filled[fold] = (filled[fold] ?? 0) + (sizes.get(name) ?? 0);
  }
  return Int32Array.from(groups, (group) => foldOf.get(group) ?? 0);
}
