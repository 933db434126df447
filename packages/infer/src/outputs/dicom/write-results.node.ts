/** The DICOM files of a slide's prediction, and what a person should know of each. */
import { counted } from '@ftuseg/core';
import {
  MAX_REPORT_CORNERS,
  type ResultSeries,
  renamedClasses,
  writeAnnotations,
  writeReport,
  writeSegmentation,
} from '@ftuseg/slide';
import type { OutlinesToWrite } from '../objects/outline-features.js';
import type { DicomOutput } from '../output-names.js';
import { type OutlineLosses, resultObjects } from './result-objects.node.js';

/** What there is to write of a slide. */
export type ResultsToWrite = OutlinesToWrite & { readonly series: ResultSeries };

/**
 * @returns sentences about what is in the file and what is not
 * @throws {FtuError} `io`, `cancelled`, `unsupported` for what does not fit into such a file
 */
export async function writeResults(
  output: DicomOutput,
  path: string,
  results: ResultsToWrite,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const { series, mask, measured } = results;
  if (output === 'dicom-seg') {
    const { frames, leftOut } = await writeSegmentation(path, mask, series, signal);
    return [
      ...nameNotes(output, series),
      measured.length === 0
        ? `dicom-seg: one empty tile of 256 x 256 pixels, since no object was found; ${leftOut} others are left out`
        : `dicom-seg: ${counted(frames, 'tile')} of 256 x 256 pixels; ${leftOut} empty ones are left out`,
    ];
  }
  const losses: OutlineLosses = { holes: 0, parts: 0, coarser: 0 };
  if (output === 'dicom-sr') {
    const counts = series.classes.map((_, c) => measured.filter(({ label }) => label === c + 1).length);
    await writeReport(path, resultObjects(results, MAX_REPORT_CORNERS, losses), counts, series, signal);
  } else {
    const objects = resultObjects(results, Number.POSITIVE_INFINITY, losses);
    await writeAnnotations(path, objects, series, signal);
  }
  return [...nameNotes(output, series), ...lossNotes(output, losses)];
}

/** Annotations without any are no annotations in DICOM. */
export const hasFile = (output: DicomOutput, objects: number): boolean => output !== 'dicom-ann' || objects > 0;

export const noFileNote = 'dicom-ann: no file, since no object was found';

const nameNotes = (output: DicomOutput, series: ResultSeries): string[] =>
  renamedClasses(series).map(({ name, written }) => `${output}: the class "${name}" is called "${written}" there`);

function lossNotes(output: DicomOutput, { holes, parts, coarser }: OutlineLosses): string[] {
  const objects = (count: number): string => counted(count, 'object');
  return [
    ...(holes === 0
      ? []
      : [`${output}: the outlines of ${objects(holes)} are without their holes; areas and dicom-seg are not`]),
    ...(parts === 0
      ? []
      : [`${output}: of ${objects(parts)} whose parts meet only at corners the outline is that of the largest part`]),
    ...(coarser === 0 ? [] : [`${output}: the outlines of ${objects(coarser)} are coarser than stated, to fit`]),
  ];
}
