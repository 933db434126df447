/** Validation Dice by the values of a column, such as hospitals: a mean over all slides hides the one on which a network is weak. */
import { bootstrapIntervals, defaultGroupColumn, groupValues, mean } from '@ftuseg/core';
import type { SourceSlide } from '@ftuseg/train';
import type { TrainOutput } from './output.js';

interface Validated {
  /** Key of the slide. */
  readonly id: string;
  readonly dice: number;
}

interface Columns {
  /** Whose values are told apart. */
  readonly column: string | undefined;
  /** Whose values are cases, which intervals are over; undefined: the one that names groups, as `defaultGroupColumn` finds it. */
  readonly group: string | undefined;
}

/** @returns null where there is no column, or nothing validated */
export function validationByColumn(
  validated: readonly Validated[],
  slides: ReadonlyMap<string, Pick<SourceSlide, 'slide'>>,
  { column, group }: Columns,
): TrainOutput['byColumn'] {
  if (column === undefined || validated.length === 0) return null;
  const rows = validated.map(({ id }) => ({ id, columns: slides.get(id)?.slide.columns ?? {} }));
  const keys = groupValues(rows, group ?? defaultGroupColumn(rows));
  const found = new Map<string, Map<string, number[]>>();
  for (const [i, { dice }] of validated.entries()) {
    const value = rows[i]?.columns[column] ?? '';
    const cases = found.get(value) ?? new Map<string, number[]>();
    const key = keys[i] ?? '';
    found.set(value, cases.set(key, [...(cases.get(key) ?? []), dice]));
  }
  const values = [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([value, cases]) => {
      const all = [...cases.values()];
      const interval = bootstrapIntervals(all, (sample) => ({ dice: mean(sample) }))?.dice;
      return {
        value,
        slides: all.flat().length,
        cases: all.length,
        dice: mean(all.flat()),
        interval: interval ?? null,
      };
    });
  return { column, values };
}
