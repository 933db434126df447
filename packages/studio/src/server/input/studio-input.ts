/** What the studio opens: slides, the predictions of them, and where corrections go. */
import type { SlideRow } from '@ftuseg/slide';

export interface StudioInput {
  /** For the window's title. */
  readonly title: string;
  readonly rows: readonly SlideRow[];
  /** Folders of `ftu predict`; corrections begin from the first. */
  readonly predictions: readonly string[];
  /** Where corrections go if nobody says: beside what was opened. */
  readonly workFolder: string;
  /** Dice by the id of a slide, from an evaluation of the first prediction. */
  readonly dice: ReadonlyMap<string, number>;
}
