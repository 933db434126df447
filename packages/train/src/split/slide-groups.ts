/** Which slides folds keep together, by the columns of their table. */
import { counted, FtuError, foldGroupColumn, groupValues, listNames, NO_GROUP } from '@ftuseg/core';
import type { PreparedSlide } from '@ftuseg/folders';
import { cellOf, filterRows } from '@ftuseg/slide';
import type { TrainConfig } from '../config/config.js';
import type { SourceSlide } from '../dataset/sources.js';

/** What is known of a slide also before it is prepared. */
export type ListedSlide = Pick<PreparedSlide, 'id' | 'columns'>;

/** Such a slide with its picture, where that is known. */
export type PicturedSlide = ListedSlide & Pick<SourceSlide, 'picture'>;

/** The column that a filter looks at. */
export const filterColumn = (filter: string): string => filter.slice(0, filter.search(/!?=/)).trim();

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

/** Groups that have a picture in common are one, under the name of the first of them. */
export function tiedByPicture(groups: readonly string[], slides: readonly Pick<SourceSlide, 'picture'>[]): string[] {
  const joined = new Map<string, string>();
  const nameOf = (group: string): string => {
    const other = joined.get(group);
    return other === undefined ? group : nameOf(other);
  };
  const firstOf = new Map<string, string>();
  for (const [i, { picture }] of slides.entries()) {
    const name = nameOf(groups[i] ?? '');
    const first = picture === undefined ? name : nameOf(firstOf.get(picture) ?? name);
    if (picture !== undefined) firstOf.set(picture, first);
    if (first !== name) joined.set(name, first);
  }
  return groups.map(nameOf);
}

/** @returns a sentence on slides of one picture, which are kept together whatever their groups are; undefined where there are none */
export function picturesNote(slides: readonly Pick<SourceSlide, 'picture' | 'key'>[]): string | undefined {
  const byPicture = new Map<string, string[]>();
  for (const { picture, key } of slides) {
    if (picture !== undefined) byPicture.set(picture, [...(byPicture.get(picture) ?? []), key]);
  }
  const several = [...byPicture.values()].filter((keys) => keys.length > 1);
  if (several.length === 0) return undefined;
  const keys = several.flat();
  return `${counted(keys.length, 'slide')} show ${counted(several.length, 'picture')} (${listNames(keys, 4)}): slides of one picture stay on one side`;
}

/**
 * The group of each slide. An empty cell leaves it to a finer column, at last to the slide; slides of one picture are in one group.
 * @param column as `columnFor` gives it
 * @throws {FtuError} `bad-input` for a column that there is not, and for fewer groups than folds
 */
export function foldGroups(
  slides: readonly PicturedSlide[],
  column: string | undefined,
  { group, foldCount }: Pick<TrainConfig, 'group' | 'foldCount'>,
): string[] {
  if (group !== undefined && column !== undefined) for (const slide of slides) columnOf(slide, column, 'group');
  const named = groupValues(slides, column);
  const groups = tiedByPicture(named, slides);
  const distinct = new Set(groups).size;
  if (distinct >= foldCount) return groups;
  const ways = [
    ...(distinct === 1 ? [] : [`\`--fold-count ${distinct}\``]),
    ...(column === undefined ? [] : [`\`--group ${NO_GROUP}\` for folds of single slides, which may leak`]),
  ];
  const what = distinct === 1 ? 'there is one group' : `there are ${distinct} groups`;
  const why = distinct < new Set(named).size ? ', since slides of one picture stay together' : '';
  throw new FtuError('bad-input', `${what} of slides for ${foldCount} folds${why}`, {
    subject: column === undefined ? 'folds' : `group ${column}`,
    setting: 'foldCount',
    hint: `use ${[...ways, '`--split none` to train without validation'].join(', or ')}`,
  });
}
