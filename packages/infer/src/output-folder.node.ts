/**
 * What `ftu predict` leaves on disk, file by file. Every file is written beside and renamed, so a name that exists is a
 * file that is complete.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeRle, type Raster, raster } from '@ftuseg/core';
import { ioError, makeFolder, type Slide, writeFileAtomic, writeJpeg, writePng } from '@ftuseg/slide';
import { stringify } from 'csv-stringify/sync';
import { drawOutlines } from './overlay.js';
import { readStrip } from './working-reader.js';

const OVERLAY_WIDTH = 1600;
/** From 90 on colours keep the full resolution, which thin outlines need. */
const OVERLAY_QUALITY = 90;

/**
 * Makes the folder with `masks/` and `overlays/`, and removes submission and report of an earlier run: they would pass for
 * this one's.
 * @throws {FtuError} `io` when the folder cannot be made, as when its name is a file's
 */
export async function prepareOutputFolder(out: string): Promise<void> {
  try {
    for (const folder of [out, maskFolder(out), overlayFolder(out)]) await makeFolder(folder);
    for (const name of await readdir(out)) {
      if (/^submission(-.+)?\.csv$|^predictions\.json$/.test(name)) await rm(join(out, name));
    }
  } catch (cause) {
    throw ioError(cause, out, 'be used as the output folder');
  }
}

const maskFolder = (out: string): string => join(out, 'masks');
const overlayFolder = (out: string): string => join(out, 'overlays');

/** Relative to the output folder, with `/` on every system. */
export const maskName = (id: string): string => `masks/${id}.png`;
export const overlayName = (id: string): string => `overlays/${id}.jpg`;

/**
 * Writes `masks/<id>.png`: 0 and 255 for one class, label values for several.
 * @param labels level-0 label image, 0 background, k for class k - 1
 */
export async function writeMask(out: string, id: string, labels: Raster, classes: number): Promise<void> {
  const shown = classes === 1 ? relabel(labels, (label) => (label === 0 ? 0 : 255)) : labels;
  await writePng(join(maskFolder(out), `${id}.png`), shown);
}

/** Replaces label values, through a table: a level-0 mask has too many pixels for a call each. */
function relabel(labels: Raster, value: (label: number) => number): Raster {
  const table = Uint8Array.from({ length: 256 }, (_, label) => value(label));
  const data = new Uint8Array(labels.data.length);
  for (let i = 0; i < data.length; i++) data[i] = table[labels.data[i] as number] as number;
  return raster(labels.width, labels.height, 1, data);
}

/** Writes `overlays/<id>.jpg`: the slide at no more than 1600 pixels' width, with the outlines of the prediction. */
export async function writeOverlay(
  out: string,
  id: string,
  slide: Slide,
  labels: Raster,
  signal?: AbortSignal,
): Promise<void> {
  const width = Math.min(slide.width, OVERLAY_WIDTH);
  const height = Math.max(1, Math.round((slide.height * width) / slide.width));
  const thumbnail = await readStrip(slide, { width, height }, 0, width, signal);
  await writeJpeg(join(overlayFolder(out), `${id}.jpg`), drawOutlines(thumbnail, labels), OVERLAY_QUALITY);
}

/** Kaggle's run-length code of each class's pixels, in the order of the classes. */
export function encodeClasses(labels: Raster, classes: number): string[] {
  if (classes === 1) return [encodeRle(labels)];
  return Array.from({ length: classes }, (_, c) => encodeRle(relabel(labels, (label) => (label === c + 1 ? 1 : 0))));
}

/** `submission.csv` for one class; `submission-<label>-<class>.csv` for each of several, as one row holds one mask. */
export function submissionNames(classes: readonly string[]): string[] {
  if (classes.length === 1) return ['submission.csv'];
  return classes.map((name, c) => `submission-${c + 1}-${name.replace(/[^\w.-]+/g, '_')}.csv`);
}

export interface SubmissionRow {
  readonly id: string;
  readonly codes: readonly string[];
}

/** Writes `id,predicted` once per class. */
export async function writeSubmissions(
  out: string,
  classes: readonly string[],
  rows: readonly SubmissionRow[],
): Promise<string[]> {
  const names = submissionNames(classes);
  for (const [c, name] of names.entries()) {
    const records = rows.map(({ id, codes }) => [id, codes[c] ?? '']);
    await writeFileAtomic(join(out, name), stringify([['id', 'predicted'], ...records]));
  }
  return names;
}
