/** What `ftu predict` says when it has come to its end. */
import { counted, listNames } from '@ftuseg/core';
import {
  describeFailures,
  describeSclerosis,
  NO_PROFILE,
  type PredictedSlide,
  sclerosisCount,
  sclerosisOf,
  type TablePrediction,
} from '@ftuseg/infer';
import type { CommandContext } from '../../../parser/command.js';

export interface ReportOptions {
  readonly out: string;
  /** Rows of the table. */
  readonly rows: number;
}

/** How much was found: a scale or a stain that is wrong often shows first in that nothing was. */
function foundOn(slides: readonly PredictedSlide[]): string {
  const objects = slides.reduce((sum, { facts }) => sum + facts.count, 0);
  const without = slides.filter(({ facts }) => facts.count === 0).map(({ id }) => id);
  const found = `found: ${counted(objects, 'object')}`;
  return without.length === 0 || objects === 0
    ? found
    : `${found}; none on ${without.length} of ${counted(slides.length, 'slide')}: ${listNames(without)}`;
}

/** Prints the result, and warns of everything that a person must look at. */
export function reportPredictions(
  summary: TablePrediction,
  { out, rows }: ReportOptions,
  context: CommandContext,
): void {
  const { slides, kept, failed, submissions } = summary;
  const earlier = kept === 0 ? '' : `, ${kept} of them from an earlier run`;
  context.print(`${counted(slides.length, 'slide')} in ${out}${earlier}`);
  if (slides.length > 0) context.print(foundOn(slides));
  const sclerosis = sclerosisOf(slides.flatMap(({ facts }) => sclerosisCount(facts) ?? []));
  const names = slides[0]?.facts.classes.map(({ name }) => name) ?? [];
  if (sclerosis !== undefined) context.print(describeSclerosis(sclerosis, names));
  const small = slides.reduce((sum, { smallObjects = 0 }) => sum + smallObjects, 0);
  if (small > 0) context.print(`left out as too small: ${counted(small, 'object')} (smallObjects in predictions.json)`);
  if (failed.length > 0) {
    context.warn(`${describeFailures(failed, rows)}; ${submissions.join(' and ')}: empty lines`);
  }
  const reduced = slides.filter((slide) => slide.reduced !== undefined);
  if (reduced.length > 0) {
    const named = reduced.map((slide) => `${slide.id} (${slide.reduced})`);
    context.warn(`predicted with less than was asked, to end in time: ${named.join('; ')}`);
  }
  for (const { id, notes = [] } of slides) for (const note of notes) context.note(`${id}: ${note}`);
  for (const { id, warnings = [] } of slides) {
    for (const warning of warnings) if (warning !== NO_PROFILE) context.warn(`${id}: ${warning}`);
  }
  const bare = slides.filter(({ warnings = [] }) => warnings.includes(NO_PROFILE)).map(({ id }) => id);
  if (bare.length > 0) {
    const verbs = bare.length === 1 ? 'has no ICC profile and is' : 'have no ICC profile and are';
    context.warn(`${bare.length} of ${counted(slides.length, 'slide')} ${verbs} taken as sRGB: ${bare.join(', ')}`);
  }
  const unreadable = slides.filter((slide) => slide.unreadable.length > 0).map(({ id }) => id);
  if (unreadable.length === 0) return;
  context.warn(
    `parts of ${unreadable.join(', ')} could not be read and count as empty: see "unreadable" in ${out}/predictions.json`,
  );
}
