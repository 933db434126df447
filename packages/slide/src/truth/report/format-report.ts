/** What was taken of annotations and what was left out, in a few lines for people: totals first, then the slides that differ. */
import { counted } from '@ftuseg/core';
import type { ClassMap } from '../../classes/classes.js';
import { type GlomerulusSize, sizeRemark } from './glomerulus-size.js';
import { isByClass, remedyFor } from './remedy.js';
import type { LeftOutReason, LeftOutShapes, TruthReport } from './report.js';

interface NamedReport extends TruthReport {
  readonly id: string;
  readonly glomeruli?: GlomerulusSize;
}

/** Slides and names that are listed. */
const LISTED = 12;

const listed = (texts: readonly string[]): string =>
  `${texts.slice(0, LISTED).join(', ')}${texts.length > LISTED ? `, ... (${texts.length})` : ''}`;

const sum = (items: readonly { readonly shapes: number }[]): number =>
  items.reduce((total, { shapes }) => total + shapes, 0);

const objects = (count: number): string => counted(count, 'object');

/** Counts by a text, the most first. */
function tally<T extends { readonly shapes: number }>(items: readonly T[], textOf: (item: T) => string): string[] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(textOf(item), (counts.get(textOf(item)) ?? 0) + item.shapes);
  return [...counts].sort(([, a], [, b]) => b - a).map(([text, count]) => `${text} ${count}`);
}

/** A name out of a file, fit for a line of a terminal. */
const shown = (name: string | null): string => (name === null ? 'without a class' : JSON.stringify(name));

const REASONS: Readonly<Record<Exclude<LeftOutReason, 'class' | 'unclassified'>, string>> = {
  points: 'points',
  lines: 'lines',
  pictures: 'masks inside the file',
  'without geometry': 'without geometry',
  empty: 'empty',
  'fewer than 3 points': 'fewer than 3 points',
  'without a pixel': 'without the centre of a pixel',
  'beyond the slide': 'beyond the slide',
  'outside annotated areas': 'outside annotated areas',
  'in ignored areas': 'in ignored areas',
  'under later objects': 'under later objects',
};

function reasonOf({ reason, name }: LeftOutShapes): string {
  if (reason === 'class') return `class ${shown(name)}`;
  return reason === 'unclassified' ? 'without a class' : REASONS[reason];
}

function remarks(truths: readonly TruthReport[]): string[] {
  const total = (key: 'clipped' | 'repaired' | 'closed' | 'collections'): number =>
    truths.reduce((all, truth) => all + truth[key], 0);
  const texts: [number, string][] = [
    [total('clipped'), 'reach beyond the slide and are cut off there'],
    [total('repaired'), 'cross or touch themselves; what they enclose twice is outside (even-odd rule)'],
    [total('closed'), 'were open and are closed'],
    [total('collections'), 'come from GeometryCollections, whose polygons are taken'],
  ];
  return texts.flatMap(([count, text]) => (count === 0 ? [] : [`${count} of the used ${text}`]));
}

/** Objects of which others of the file leave nothing. */
function coveredRemark(leftOut: readonly LeftOutShapes[]): string[] {
  const covered = leftOut.filter(({ reason }) => reason === 'under later objects');
  if (covered.length === 0) return [];
  const names = listed(tally(covered, ({ name }) => shown(name)));
  return [
    `wholly under objects that come later in the file, which count where they overlap: ${names}; put the inner ones after the outer ones`,
  ];
}

/** What is peculiar to one slide. */
function slideLine(truth: NamedReport, classes: ClassMap): string | undefined {
  const { id, used, leftOut } = truth;
  const own = used.filter(({ as }) => as.some((name) => classes.names.includes(name)));
  const parts = leftOut.length === 0 ? [] : [`left out: ${listed(tally(leftOut, reasonOf))}`];
  if (own.length === 0) parts.unshift('no object, so that all of it is background');
  if (classes.areas?.annotated !== undefined && !truth.annotated) {
    parts.push('no annotated area, so that all of it counts as annotated');
  }
  if (truth.drawnOn !== undefined)
    parts.push(`its file says that it was drawn on ${shown(truth.drawnOn)}: another slide, or renamed`);
  return parts.length === 0 ? undefined : `  ${id}: ${own.length === 0 ? '' : `${sum(own)} used; `}${parts.join('; ')}`;
}

/**
 * @param what the files hold, as the first word of each line on all of them
 * @returns no lines for no reports
 * @example
 * for (const line of formatTruths(truths, classes)) console.error(line);
 */
export function formatTruths(truths: readonly NamedReport[], classes: ClassMap, what = 'labels'): string[] {
  if (truths.length === 0) return [];
  const [used, leftOut] = [truths.flatMap((truth) => truth.used), truths.flatMap((truth) => truth.leftOut)];
  const all = truths.reduce((total, { shapes }) => total + shapes, 0);
  const taken = tally(used, ({ name, as }) => `${shown(name)} as ${as.join(' and ')}`);
  const lines = [
    `${sum(used)} of ${objects(all)} in ${counted(truths.length, 'file')} used${taken.length === 0 ? '' : `: ${listed(taken)}`}`,
    ...(leftOut.length === 0 ? [] : [`${sum(leftOut)} left out: ${listed(tally(leftOut, reasonOf))}`]),
    ...coveredRemark(leftOut),
    ...remarks(truths),
  ];
  if (leftOut.some(isByClass) && classes.objects === undefined) lines.push(remedyFor(truths, classes));
  const size = sizeRemark(truths.flatMap(({ glomeruli }) => glomeruli ?? []));
  if (size !== undefined) lines.push(size);
  // Of one file the totals say it all, but for what is not in them.
  const slides = truths.flatMap(
    (truth) => slideLine(truths.length === 1 ? { ...truth, leftOut: [] } : truth, classes) ?? [],
  );
  const more = slides.length - LISTED;
  const first = lines.map((line) => `${what}: ${line}`);
  return [...first, ...slides.slice(0, LISTED), ...(more > 0 ? [`  ... ${more} slides more`] : [])];
}
