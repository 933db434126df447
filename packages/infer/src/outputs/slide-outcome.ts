/** What became of each slide of a table, as `predictions.json` has it. */
import { counted, FtuError, listNames, type Rect, type Scale } from '@ftuseg/core';
import type { CascadeFacts } from '../cascade/cascade-facts.js';
import type { SlideAppearance } from '../tiles/slide-appearance.js';
import type { SizedEstimate } from './scale-estimate.js';
import type { SlideFacts } from './slide-facts.js';

export type SlideOutcome = PredictedSlide | FailedSlide;

export interface PredictedSlide {
  readonly status: 'predicted';
  readonly id: string;
  readonly image: string;
  /** Digest of all that the prediction depends on, as in the slide's own record. */
  readonly fingerprint: string;
  readonly width: number;
  readonly height: number;
  /**
   * Micrometres per level-0 pixel as the prediction took them, by the table, the file or an option; both sides where pixels are not square. Unset where
   * nobody knew, and in reports of an earlier version.
   */
  readonly slideMicronsPerPixel?: Scale | undefined;
  /** What that scale rests on where it is an estimate by the size of what was found; unset: it was stated. */
  readonly scaleEstimate?: SizedEstimate | undefined;
  /** Level-0 pixels per pixel of the grid on which the models' probabilities meet. */
  readonly downsample: number;
  /** Of that grid; null where neither model nor slide says. */
  readonly micronsPerPixel: number | null;
  /** Tiles of all models, times views. */
  readonly tiles: number;
  /** Of these, or of those that a cascade left to look at, how many were taken for background and not looked at. */
  readonly background: number;
  /** What a cascade left to look at; unset: there was none. */
  readonly cascade?: CascadeFacts | undefined;
  /** Objects that were left out because they are smaller than the least area; unset for none. */
  readonly smallObjects?: number | undefined;
  /** What a person must read before believing the result, in sentences; unset for nothing. */
  readonly warnings?: readonly string[] | undefined;
  /** What a person should know, in sentences; unset for nothing. */
  readonly notes?: readonly string[] | undefined;
  /** How far it looks from the training slides; unset where no card says how these looked. */
  readonly appearance?: SlideAppearance | undefined;
  readonly seconds: number;
  /** What was left out to end in time; unset for nothing. */
  readonly reduced?: string | undefined;
  readonly facts: SlideFacts;
  /** What could not be decoded and was taken for empty, level-0 pixels. */
  readonly unreadable: readonly Rect[];
  /** Written files, relative to the output folder. */
  readonly files: readonly string[];
}

export interface FailedSlide {
  readonly status: 'failed';
  readonly id: string;
  readonly image: string;
  readonly problem: string;
}

/** What a person should know of a prediction, in sentences: what was left out of it, and its notes. */
export const outcomeNotes = ({
  smallObjects = 0,
  notes = [],
}: Pick<PredictedSlide, 'smallObjects' | 'notes'>): string[] =>
  smallObjects === 0
    ? [...notes]
    : [`left out as too small: ${counted(smallObjects, 'object')}; a least area of 0 keeps them`, ...notes];

/** A sentence on what of a slide could not be read; undefined where all could. */
export const unreadableWarning = ({ unreadable }: Pick<PredictedSlide, 'unreadable'>): string | undefined =>
  unreadable.length === 0
    ? undefined
    : `${counted(unreadable.length, 'part')} of the slide could not be read and ${unreadable.length === 1 ? 'counts' : 'count'} as empty: objects there are missing`;

/** @param submissions that were written in spite of them */
export function summariseFailures(
  failures: readonly { readonly slide: FailedSlide; readonly error: FtuError }[],
  total: number,
  submissions: readonly string[] = [],
): FtuError {
  const [code, problem] = [
    failures[0]?.error.code ?? 'bad-input',
    describeFailures(
      failures.map(({ slide }) => slide),
      total,
    ),
  ];
  return new FtuError(code, problem, {
    hint:
      submissions.length > 0
        ? `${submissions.join(' and ')} has an empty line for each`
        : 'the others are in the output folder, submission.csv is not; mend these slides or take them out of the table',
    cause: failures[0]?.error,
  });
}

/**
 * @returns such as `1 of 5 slides could not be predicted: "b" (b.tiff: the file is cut off)`
 * @example
 * if (failed.length > 0) console.error(describeFailures(failed, rows.length));
 */
export function describeFailures(failures: readonly FailedSlide[], total: number): string {
  const named = failures.map(({ id, problem }) => `"${id}" (${problem})`);
  return `${failures.length} of ${counted(total, 'slide')} could not be predicted: ${listNames(named)}`;
}
