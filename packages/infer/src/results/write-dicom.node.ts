/**
 * The DICOM files of a prediction that is finished, from what its folder has kept: no slide is predicted again. The same files as `ftu predict` writes, but for
 * their UIDs and times.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError, parseJson, scaleOfSides } from '@ftuseg/core';
import { exists, makeFolder } from '@ftuseg/files';
import { type DicomSource, readDicomSource } from '@ftuseg/slide';
import { z } from 'zod';
import { throwIfCancelled } from '../concurrency/cancel.js';
import { readReport, requirePredicted } from '../evaluation/predictions/prediction-report.node.js';
import { resultClasses } from '../outputs/dicom/class-concepts.node.js';
import { algorithmOf } from '../outputs/dicom/result-series.node.js';
import { hasFile, noFileNote, writeResults } from '../outputs/dicom/write-results.node.js';
import { outlineTolerance } from '../outputs/objects/outline-features.js';
import { type KeptSlide, readRecord } from '../outputs/output-folder.node.js';
import { type DicomOutput, dicomName, type OutlineChoice, reportFile } from '../outputs/output-names.js';
import { keptObjects } from './kept-objects.node.js';

export interface DicomResultsOptions {
  /** Folder of a finished prediction. */
  readonly predictions: string;
  readonly out: string;
  readonly outputs: readonly DicomOutput[];
  readonly outlines?: OutlineChoice | undefined;
  /** Where slides lie now, by id; the others are where they were predicted. */
  readonly images?: ReadonlyMap<string, string> | undefined;
  /** Replaces files that are there. */
  readonly overwrite?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

export interface DicomResults {
  readonly id: string;
  /** Relative to the output folder. */
  readonly files: readonly string[];
  readonly notes: readonly string[];
  /** What the prediction said that a person must read. */
  readonly warnings: readonly string[];
}

const reportSchema = z.object({
  models: z
    .array(
      z.object({
        name: z.string(),
        sha256: z.string().optional(),
        weight: z.number().positive(),
        card: z.object({ name: z.string(), classes: z.array(z.string()).min(1) }),
      }),
    )
    .min(1),
});

async function modelsOf(folder: string): Promise<z.output<typeof reportSchema>['models']> {
  const path = join(folder, reportFile);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const hint = 'give a folder that `ftu predict` has written to its end';
    throw new FtuError('not-found', 'there is no finished prediction', { subject: folder, hint, cause });
  });
  const hint = 'predict again with this version';
  const report = reportSchema.safeParse(parseJson(text, 'this', { subject: path, hint }));
  if (report.success) return report.data.models;
  throw new FtuError('bad-input', 'it does not say by which models the slides were predicted', { subject: path, hint });
}

/** Share by which scales may differ: the rounding of decimals. */
const MAX_DRIFT = 0.002;

/** @throws {FtuError} `bad-input` for another slide than the one that was predicted */
function checkSlide({ outcome }: KeptSlide, { place, name }: DicomSource): void {
  const { id, width, height, micronsPerPixel, downsample } = outcome;
  const fail = (problem: string): FtuError =>
    new FtuError('bad-input', `slide ${id}: ${problem}`, {
      subject: name,
      hint: 'name the slide that was predicted with --slides, or predict this one',
    });
  if (place.width !== width || place.height !== height) {
    throw fail(`it was predicted with ${width} x ${height} pixels, and is ${place.width} x ${place.height}`);
  }
  const own = 1000 * Math.sqrt(place.spacing.x * place.spacing.y);
  if (micronsPerPixel === null) return;
  const predicted = micronsPerPixel / downsample;
  if (Math.abs(predicted / own - 1) > MAX_DRIFT) {
    throw fail(`it was predicted at ${predicted.toPrecision(5)} µm per pixel, and says ${own.toPrecision(5)}`);
  }
}

/**
 * Writes a file for each slide and output: `dicom/ID.seg.dcm`, `.sr.dcm`, `.ann.dcm` in the output folder.
 * @throws {FtuError} `not-found` and `bad-input` for a folder without a finished prediction, slides that are not those of it, or files that are there already;
 * `unsupported` for a slide that is no DICOM; `io`; `cancelled`
 * @example
 * await writeDicomResults({ predictions: 'predictions', out: 'archive', outputs: ['dicom-seg', 'dicom-sr'] });
 */
export async function writeDicomResults(options: DicomResultsOptions): Promise<readonly DicomResults[]> {
  const { predictions, out, outputs, images, overwrite = false, signal, onProgress } = options;
  const models = await modelsOf(predictions);
  const report = (await readReport(predictions)) ?? new Map();
  const kept: KeptSlide[] = [];
  for (const [id, { status }] of report) {
    if (status === 'failed') continue;
    await requirePredicted(predictions, report, id);
    const record = await readRecord(predictions, id);
    if (record !== undefined) kept.push(record);
  }
  if (kept.length === 0)
    throw new FtuError('bad-input', 'no slide is predicted in this folder', { subject: predictions });
  if (!overwrite) await refuseExisting(out, kept, outputs);
  // All are looked at before the first file is written.
  const sources: DicomSource[] = [];
  for (const one of kept) {
    const source = await readDicomSource(images?.get(one.outcome.id) ?? one.outcome.image);
    checkSlide(one, source);
    sources.push(source);
  }
  await makeFolder(join(out, 'dicom'));
  const results: DicomResults[] = [];
  const weights = models.reduce((sum, { weight }) => sum + weight, 0);
  const algorithm = algorithmOf(
    models.map(({ card, weight, ...model }) => ({ ...model, title: card.name, share: weight / weights })),
  );
  const classes = models[0]?.card.classes ?? [];
  for (const [i, source] of sources.entries()) {
    const one = kept[i];
    if (one === undefined) continue;
    throwIfCancelled(signal);
    onProgress?.(`writing ${i + 1}/${kept.length} ${one.outcome.id}`);
    const series = { source, classes: resultClasses(classes), algorithm };
    results.push(await writeSlide(one, series, options));
  }
  return results;
}

async function writeSlide(
  kept: KeptSlide,
  series: Parameters<typeof writeResults>[2]['series'],
  { predictions, out, outputs, outlines, signal }: DicomResultsOptions,
): Promise<DicomResults> {
  const { id, downsample, warnings = [], unreadable } = kept.outcome;
  const { spacing } = series.source.place;
  const scale = scaleOfSides(1000 * spacing.x, 1000 * spacing.y);
  const classes = series.classes.map(({ name }) => name);
  const describes = outputs.some((output) => output !== 'dicom-seg');
  const objects = await keptObjects(predictions, kept, { classes, scale, describes });
  const simplify = outlines === 'exact' ? undefined : outlineTolerance({ grid: { downsample }, scale });
  const [files, notes]: [string[], string[]] = [[], []];
  for (const output of outputs) {
    if (!hasFile(output, objects.measured.length)) {
      notes.push(noFileNote);
      continue;
    }
    const name = dicomName(output, id);
    notes.push(...(await writeResults(output, join(out, name), { ...objects, series, simplify }, signal)));
    files.push(name);
  }
  const lost = unreadable.length === 0 ? [] : ['parts of the slide could not be read and count as empty'];
  return { id, files, notes, warnings: [...warnings, ...lost] };
}

async function refuseExisting(out: string, kept: readonly KeptSlide[], outputs: readonly DicomOutput[]): Promise<void> {
  for (const { outcome } of kept) {
    for (const output of outputs) {
      const path = join(out, dicomName(output, outcome.id));
      if (!(await exists(path))) continue;
      throw new FtuError('bad-input', 'there is a file already', {
        subject: path,
        hint: 'name another folder, or replace it with --overwrite',
      });
    }
  }
}
