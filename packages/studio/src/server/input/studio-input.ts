/** What the studio opens: slides, the predictions of them, and where corrections go. */
import type { SlideRow } from '@ftuseg/slide';

export interface GivenPrediction {
  /** Of `ftu predict`, absolute. */
  readonly folder: string;
  /** What people read; the folder's name if unset. */
  readonly name?: string | undefined;
}

export interface StudioInput {
  /** For the window's title. */
  readonly title: string;
  readonly rows: readonly SlideRow[];
  /** Corrections begin from the first. */
  readonly predictions: readonly GivenPrediction[];
  /** Where corrections go if nobody says: beside what was opened. */
  readonly workFolder: string;
  /** Dice by the id of a slide, from an evaluation of the first prediction. */
  readonly dice: ReadonlyMap<string, number>;
}
