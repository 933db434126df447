/** What must not train because it validates: the same picture under another name, and what the filter of the validating slides holds out as well. */
import { counted, listNames } from '@ftuseg/core';
import { cellOf } from '@ftuseg/slide';
import type { Role, SourceSlide } from '../dataset/sources.js';
import { filterColumn } from './slide-groups.js';

/** Slides of a training, and sentences on those that were taken from it. */
export interface Kept<S> {
  readonly slides: readonly S[];
  readonly notes: readonly string[];
}

const NAMED: Readonly<Record<Role, string>> = {
  official: 'slide',
  external: 'external slide',
  pseudo: 'pseudo-labelled slide',
  unlabelled: 'unlabelled slide',
};

/** @param because what follows the count, for one slide and for several */
function leaveOut<S extends SourceSlide>(
  slides: readonly S[],
  leaves: (slide: S) => boolean,
  because: readonly [one: string, several: string],
): Kept<S> {
  const left = slides.filter(leaves);
  const notes = [...new Set(left.map(({ role }) => role))].map((role) => {
    const keys = left.filter((slide) => slide.role === role).map(({ key }) => key);
    const why = because[keys.length === 1 ? 0 : 1];
    return `${counted(keys.length, NAMED[role])} left out of training, because ${why}: ${listNames(keys, 5)}`;
  });
  return { slides: slides.filter((slide) => !leaves(slide)), notes };
}

/**
 * Without other slides of the pictures that validate: the network would train on the very pictures that it is scored on. A slide of which only some tiles
 * validate trains on the others.
 */
export function withoutPicturesOf<S extends SourceSlide>(
  validate: readonly SourceSlide[],
  slides: readonly S[],
): Kept<S> {
  const pictures = new Set(validate.flatMap(({ picture }) => picture ?? []));
  const keys = new Set(validate.map(({ key }) => key));
  const validates = ({ key, picture }: S): boolean => picture !== undefined && pictures.has(picture) && !keys.has(key);
  return leaveOut(slides, validates, ['its picture validates', 'their pictures validate']);
}

/**
 * What the filter of the validating slides picks though it may not validate: a hospital that is held out is held out of every source. Another table may lack
 * the column, and its ids name other slides.
 */
function alsoPicked(matching: readonly SourceSlide[], filter: string): SourceSlide[] {
  const column = filterColumn(filter);
  const tables = new Set(matching.flatMap(({ role, dataset }) => (role === 'official' ? [dataset] : [])));
  return matching.filter(({ role, dataset, slide }) => {
    if (role === 'official') return false;
    return column === 'id' ? tables.has(dataset) : cellOf(slide.columns, column) !== undefined;
  });
}

/**
 * Without slides with drawn labels that the filter picks.
 * @param matching what the filter picks of all slides
 */
export function withoutMatching<S extends SourceSlide>(
  matching: readonly SourceSlide[],
  slides: readonly S[],
  filter: string,
): Kept<S> {
  const picked = new Set(alsoPicked(matching, filter));
  const why = `validate "${filter}" picks`;
  return leaveOut(slides, (entry) => entry.role === 'external' && picked.has(entry), [`${why} it`, `${why} them`]);
}

/** A sentence on slides that the filter picks and that lend their pictures without drawn labels, which may be meant; undefined where there are none. */
export function picturesPicked(
  matching: readonly SourceSlide[],
  lending: readonly SourceSlide[],
  filter: string,
): string | undefined {
  const used = new Set(lending);
  const keys = alsoPicked(matching, filter).flatMap((slide) =>
    used.has(slide) && slide.role !== 'external' ? [slide.key] : [],
  );
  if (keys.length === 0) return undefined;
  return `validate "${filter}" also picks ${counted(keys.length, 'slide')} without drawn labels that are trained on (${listNames(keys, 5)}): slides like these that no training saw may score lower`;
}

/** @returns a sentence for each source of which the filter picks no slide: it was given, and trains nothing */
export function idleSources(all: readonly SourceSlide[], chosen: readonly SourceSlide[], filter: string): string[] {
  const used = new Set(chosen.map(({ source }) => source));
  const idle = new Set(all.flatMap(({ source }) => (used.has(source) ? [] : [source])));
  return [...idle].map((source) => {
    const slides = all.filter((slide) => slide.source === source).length;
    return `source ${source} trains nothing: \`${filter}\` of --train picks no slide of it (it has ${counted(slides, 'slide')})`;
  });
}
