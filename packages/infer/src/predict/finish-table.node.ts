/** The files about all slides of a table: summary, submissions, and last the report, without which the folder is not finished. */
import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@ftuseg/files';
import type { Cascade } from '../cascade/cascade.js';
import type { Ensemble } from '../model/ensemble.js';
import { joinObjectTables } from '../outputs/objects/object-table.node.js';
import { writeSubmissions, writeSummary } from '../outputs/output-folder.node.js';
import { type OutputName, objectsName, reportFile } from '../outputs/output-names.js';
import type { SclerosisCount } from '../outputs/sclerosis.js';
import { sclerosisCount } from '../outputs/slide-facts.js';
import { summariseFailures } from '../outputs/slide-outcome.js';
import type { ResolvedSettings } from '../settings/resolve-settings.js';
import type { RowResult } from './predict-rows.node.js';
import { reportOf, reportText } from './report.js';
import type { OnFailure, TablePrediction } from './table-options.js';

export interface TableToFinish {
  readonly out: string;
  readonly ensemble: Ensemble;
  readonly settings: ResolvedSettings;
  readonly cascade: Cascade | undefined;
  readonly onFailure: OnFailure;
  readonly outputs: readonly OutputName[];
}

/**
 * @param results of all slides, in the table's order
 * @throws {FtuError} `io`; after the report is written, one error for the slides that failed: always with `onFailure: 'withhold'`, with
 * `empty` where all have
 */
export async function finishTable(results: readonly RowResult[], table: TableToFinish): Promise<TablePrediction> {
  const { out, ensemble, onFailure, outputs } = table;
  const predicted = results.filter((result) => result.kind === 'predicted');
  const failed = results.filter((result) => result.kind === 'failed');
  const slides = predicted.map(({ slide }) => slide.outcome);
  await rmdir(join(out, 'unfinished')).catch(() => undefined);
  if (slides.length > 0) await writeSummary(out, slides);
  if (outputs.includes('objects'))
    await joinObjectTables(
      out,
      slides.map(({ id }) => objectsName(id)),
    );
  const complete = failed.length === 0 || onFailure === 'empty';
  const submissions = complete ? await writeSubmissions(out, ensemble.classes, results.map(submissionLine)) : [];
  await writeReport(results, table);
  if (!complete || (failed.length > 0 && slides.length === 0)) {
    throw summariseFailures(failed, results.length, submissions);
  }
  return {
    slides,
    failed: failed.map(({ slide }) => slide),
    submissions,
    kept: predicted.filter(({ kept }) => kept).length,
  };
}

const submissionLine = (result: RowResult) =>
  result.kind === 'predicted'
    ? { id: result.slide.outcome.id, codes: result.slide.codes }
    : { id: result.slide.id, codes: [] };

const predictedCounts = (results: readonly RowResult[]): SclerosisCount[] =>
  results.flatMap((result) => (result.kind === 'predicted' ? (sclerosisCount(result.slide.outcome.facts) ?? []) : []));

async function writeReport(
  results: readonly RowResult[],
  { out, ensemble, settings, cascade }: TableToFinish,
): Promise<void> {
  const slides = results.map((result) => (result.kind === 'predicted' ? result.slide.outcome : result.slide));
  const report = reportOf(slides, ensemble, settings, predictedCounts(results), cascade);
  await writeFileAtomic(join(out, reportFile), reportText(report));
}
