/** Which slides folds keep together, by the columns of their table. */
import { FtuError, foldGroupColumn, groupValues, NO_GROUP } from '@ftuseg/core';
import type { PreparedSlide } from '@ftuseg/folders';
import { cellOf, filterRows } from '@ftuseg/slide';
import type { TrainConfig } from '../config/config.js';
import type { SourceSlide } from '../dataset/sources.js';

/** What is known of a slide also before it is prepared. */
export type ListedSlide = Pick<PreparedSlide, 'id' | 'columns'>;

/** `filterRows` for slides of any kind; `id` is a column like any other. */
export function filterListed<S>(slides: readonly S[], listed: (slide: S) => ListedSlide, filter: string): S[] {
  const rows = slides.map((slide, i) => {
    const { id, columns } = listed(slide);
    return { id: String(i), image: '', columns: { ...columns, id } };
  });
  const kept = new Set(filterRows(rows, filter).map(({ id }) => id));
  return slides.filter((_, i) => kept.has(String(i)));
}

/** The value of a column of a slide; `id` is a column like any other. */
export function columnOf(slide: ListedSlide, column: string, setting: string): string {
  const value = column === 'id' ? slide.id : cellOf(slide.columns, column);
  if (value !== undefined) return value;
  throw new FtuError('bad-input', `there is no column "${column}" in the slide table`, {
    subject: setting,
    setting,
    hint: `use one of: ${['id', ...Object.keys(slide.columns).filter((name) => name !== 'id')].join(', ')}`,
  });
}

/** A slide and where it comes from. */
type Sourced = Pick<SourceSlide, 'slide' | 'role' | 'source'>;

/** Whether a slide, which only trains, is of a table without the column that windows are balanced by. */
const lacks = ({ slide, role }: Sourced, column: string): boolean =>
  role !== 'official' && column !== 'id' && cellOf(slide.columns, column) === undefined;

/**
 * The value of `sampling.balanceBy`. Slides that only train may lack the column: those of one source are one value.
 * @throws {FtuError} `bad-input` for an official slide without it
 */
export const balanceValue = (slide: Sourced, column: string): string =>
  lacks(slide, column) ? `source ${slide.source}` : columnOf(slide.slide, column, 'sampling.balanceBy');

/** Sentences on the sources whose slides lack the column of `sampling.balanceBy`. */
export function balanceNotes(slides: readonly Sourced[], column: string | undefined): string[] {
  if (column === undefined) return [];
  const sources = new Set(slides.filter((slide) => lacks(slide, column)).map(({ source }) => source));
  return [...sources].map(
    (source) => `source ${source} has no column "${column}": its slides count as one value of it in sampling.balanceBy`,
  );
}

/** The column by which slides are kept together; undefined: every slide by itself. */
export function columnFor(slides: readonly ListedSlide[], { group }: Pick<TrainConfig, 'group'>): string | undefined {
  if (group === NO_GROUP) return undefined;
  return group ?? foldGroupColumn(slides);
}

/**
 * The group of each slide.
 * @param column as `columnFor` gives it
 * @throws {FtuError} `bad-input` for a column that there is not, and for fewer groups than folds
 */
export function foldGroups(
  slides: readonly ListedSlide[],
  column: string | undefined,
  { group, foldCount }: Pick<TrainConfig, 'group' | 'foldCount'>,
): string[] {
  const groups =
    group === undefined || column === undefined
      ? groupValues(slides, column)
      : slides.map((slide) => columnOf(slide, column, 'group'));
  const distinct = new Set(groups).size;
  if (distinct >= foldCount) return groups;
  const ways = [
    ...(distinct === 1 ? [] : [`\`--fold-count ${distinct}\``]),
    ...(column === undefined ? [] : [`\`--group ${NO_GROUP}\` for folds of single slides, which may leak`]),
  ];
  const what = distinct === 1 ? 'there is one group' : `there are ${distinct} groups`;
  throw new FtuError('bad-input', `${what} of slides for ${foldCount} folds`, {
    subject: column === undefined ? 'folds' : `group ${column}`,
    setting: 'foldCount',
    hint: `use ${[...ways, '`--split none` to train without validation'].join(', or ')}`,
  });
}
