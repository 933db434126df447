/**
 * Data sets name their pictures by where these lay when they were prepared. After a move the same picture has another path, and a slide that one
 * training validates on would not be known in what another learns from.
 */
import { join, relative } from 'node:path';
import type { FindMoved } from '@ftuseg/train';
import { isInside } from '../../records/relative-paths.js';
import type { RunContext } from '../../step-kind/step-kind.js';
import { dataOutputSchema } from '../prepare/output.js';

/** Finds pictures of the data sets of finished steps, by the root that an experiment had when a step was done. */
export function findMovedIn({ records, root }: Pick<RunContext, 'records' | 'root'>): FindMoved {
  const roots = new Map<string, string>();
  for (const { output, root: before } of records.values()) {
    const found = dataOutputSchema.safeParse(output);
    if (found.success && before !== undefined && before !== root) roots.set(found.data.data, before);
  }
  return (folder, path) => {
    const before = roots.get(folder);
    return before === undefined || !isInside(before, path) ? path : join(root, relative(before, path));
  };
}
