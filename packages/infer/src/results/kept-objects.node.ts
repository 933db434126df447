/** A slide's mask and objects from what its prediction has kept: the run-length codes of its record, and its table of objects. */
import { join } from 'node:path';
import {
  FtuError,
  objectsOf,
  parseNumber,
  type RunMask,
  type RunObjects,
  runsOfRle,
  type Scale,
  unionRuns,
} from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import { objectId } from '../outputs/objects/object-id.js';
import { type MeasuredObject, measureObjects } from '../outputs/objects/object-measures.js';
import type { KeptSlide } from '../outputs/output-folder.node.js';
import { objectsName } from '../outputs/output-names.js';

export interface KeptObjects {
  /** Level-0 labels, 1 for the first class. */
  readonly mask: RunMask;
  readonly found: RunObjects;
  readonly measured: readonly MeasuredObject[];
  readonly ids: readonly string[];
}

export function keptMask({ codes, outcome: { id, width, height } }: KeptSlide): RunMask {
  const masks = codes.map((code, c): RunMask => {
    const mask = runsOfRle(code, width, height, { subject: `run-length code of slide ${id}` });
    return { ...mask, labels: mask.labels.map(() => c + 1) };
  });
  return unionRuns(masks);
}

/** The numbers of a line that the objects of the mask do not tell. */
interface Line {
  readonly id: string;
  readonly probability: number;
  readonly area: number;
}

async function linesOf(folder: string, id: string): Promise<Line[]> {
  const path = join(folder, objectsName(id));
  const { rows } = await readCsv(path).catch((cause: unknown) => {
    if (!(cause instanceof FtuError) || cause.code !== 'not-found') throw cause;
    const hint = 'ask for dicom-seg alone, or predict again with the output objects';
    throw new FtuError('not-found', 'the table of its objects is missing, which has their probabilities', {
      subject: path,
      hint,
      cause,
    });
  });
  return rows.map(({ cells: row }) => ({
    id: row.object ?? '',
    probability: parseNumber(row.mean_probability ?? ''),
    area: parseNumber(row.area_um2 ?? ''),
  }));
}

/** Share by which areas may differ: the rounding of decimals. */
const MAX_DRIFT = 0.002;

/**
 * @param scale micrometres per pixel of level 0, by the slide
 * @param describes whether objects are measured: their table is read then
 * @throws {FtuError} `not-found` without the table of objects, `bad-input` for one of other objects or of another scale
 */
export async function keptObjects(
  folder: string,
  kept: KeptSlide,
  {
    classes,
    scale,
    describes,
  }: { readonly classes: readonly string[]; readonly scale: Scale; readonly describes: boolean },
): Promise<KeptObjects> {
  const { id } = kept.outcome;
  const mask = keptMask(kept);
  const found = objectsOf(mask);
  const lines = describes ? await linesOf(folder, id) : [];
  const statistics = found.objects.map((_, i) => ({ probability: lines[i]?.probability ?? 0, agreement: undefined }));
  const measured = measureObjects(mask, found, statistics, { classes, scale, members: [] });
  const ids = measured.map((object, i) => objectId(id, i, object));
  const fail = (problem: string): FtuError =>
    new FtuError('bad-input', problem, { subject: join(folder, objectsName(id)), hint: 'predict the slide again' });
  if (!describes) return { mask, found, measured, ids };
  if (lines.length !== ids.length || lines.some((line, i) => line.id !== ids[i])) {
    throw fail(`its ${lines.length} lines are not of the ${ids.length} objects of the mask`);
  }
  for (const [i, { area, probability }] of lines.entries()) {
    const own = measured[i]?.microns?.area ?? Number.NaN;
    if (!(Math.abs(area / own - 1) <= MAX_DRIFT)) {
      throw fail(`object ${ids[i]} has ${area} µm² there, and ${own.toPrecision(6)} by the scale of the slide`);
    }
    if (!(probability >= 0 && probability <= 1)) throw fail(`object ${ids[i]} has no mean probability`);
  }
  return { mask, found, measured, ids };
}
