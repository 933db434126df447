/** An output folder before the first slide: made, and emptied of what is not of this prediction. */
import type { SlideRow } from '@ftuseg/slide';
import type { WorkLevel } from '../budget/time-budget.js';
import { refuseStrangers, removeOthers } from '../outputs/earlier-results.node.js';
import { fingerprintOf, type Prediction } from '../outputs/fingerprint.node.js';
import { prepareOutputFolder } from '../outputs/output-folder.node.js';
import type { OutlineChoice, OutputName } from '../outputs/output-names.js';

export interface WantedFolder {
  readonly out: string;
  readonly outputs: readonly OutputName[];
  readonly outlines: OutlineChoice;
  readonly overwrite: boolean;
  /** What results of slides beyond the table do. */
  readonly strangers: 'refuse' | 'remove';
  readonly contentOf: Prediction['contentOf'];
  readonly cascade: Prediction['cascade'];
  /** Every way in which a slide may have been predicted. */
  readonly levels: readonly WorkLevel[];
}

/**
 * @param onNote told in a sentence of results that are removed
 * @throws {FtuError} `bad-input` where the folder has results of other slides that nobody asked to lose; `io`
 */
export async function prepareFolder(
  rows: readonly SlideRow[],
  { out, outputs, outlines, overwrite, strangers, levels, contentOf, cascade }: WantedFolder,
  onNote: ((sentence: string) => void) | undefined,
): Promise<void> {
  const fingerprints = new Map<string, ReadonlySet<string>>();
  for (const row of rows) {
    const wanted = await Promise.all(
      levels.map((level) => fingerprintOf(row, { outputs, outlines, contentOf, cascade, ...level })),
    );
    fingerprints.set(row.id, new Set(wanted));
  }
  const wanted = { fingerprints, overwrite, strangers };
  await refuseStrangers(out, wanted);
  await prepareOutputFolder(out, outputs);
  const removed = await removeOthers(out, wanted);
  if (removed > 0 && !overwrite) {
    const slides = removed === 1 ? 'a slide' : `${removed} slides`;
    onNote?.(`removed from ${out}: results of ${slides} by another model, with other settings or of other slides`);
  }
}
