/** How often objects of a probability are true, where `ftu predict` has left a table of them beside the masks. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bootstrapIntervals,
  calibrationError,
  type Interval,
  objectsOf,
  parseNumber,
  type RunMask,
} from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import { objectsName } from '../outputs/output-names.js';
import { judgeObjects } from './judge-objects.js';

/** An object that was found. */
export interface ObjectForecast {
  readonly outcome: 0 | 1;
  /** Mean probability of its pixels. */
  readonly mean: number;
  /** As the models' cards have it; undefined: they do not. */
  readonly calibrated: number | undefined;
}

/** Expected calibration errors of objects, 0..1. */
export interface ObjectCalibration {
  readonly objects: number;
  /** Of these, how many are true. */
  readonly positives: number;
  readonly mean: number;
  /** Null where not every object has a calibrated probability. */
  readonly calibrated: number | null;
  /** 95 % bootstrap intervals; null for fewer than three slides (or groups). */
  readonly intervals: { readonly mean: Interval; readonly calibrated: Interval | null } | null;
}

interface Judged {
  /** One mask of label 1 for each class. */
  readonly predicted: readonly RunMask[];
  readonly truth: readonly RunMask[];
  readonly ignored: RunMask | undefined;
  /** Names of the classes. */
  readonly names: readonly string[];
}

/**
 * @param folder that `openPredictions` takes
 * @returns undefined where there is no table of the slide's objects, or it is not of these masks
 */
export async function objectForecasts(
  folder: string,
  id: string,
  { predicted, truth, ignored, names }: Judged,
): Promise<ObjectForecast[] | undefined> {
  const path = join(folder, objectsName(id));
  const there = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!there) return undefined;
  const { rows } = await readCsv(path);
  const forecasts: ObjectForecast[] = [];
  for (const [c, mask] of predicted.entries()) {
    // Objects of a class are in the order of the mask, whatever stands between them.
    const own = rows.filter(({ cells }) => cells.class?.toLowerCase() === names[c]?.toLowerCase());
    const lines = own.length === 0 && predicted.length === 1 ? rows : own;
    const { objects } = objectsOf(mask);
    const same = objects.every(({ area }, i) => Number(lines[i]?.cells.area_px) === area);
    if (objects.length !== lines.length || !same) return undefined;
    for (const { index, outcome } of judgeObjects(mask, truth.slice(c, c + 1), ignored)) {
      const { mean_probability: mean = '', calibrated_probability: calibrated = '' } = lines[index]?.cells ?? {};
      forecasts.push({
        outcome,
        mean: parseNumber(mean),
        calibrated: calibrated === '' ? undefined : parseNumber(calibrated),
      });
    }
  }
  return forecasts;
}

const errorOf = (objects: readonly ObjectForecast[], of: 'mean' | 'calibrated'): number =>
  calibrationError(objects.map((one) => ({ probability: one[of] ?? Number.NaN, outcome: one.outcome })));

/**
 * @param units objects of slides that the bootstrap draws together
 * @returns null for no objects
 */
export function objectCalibration(units: readonly (readonly ObjectForecast[])[]): ObjectCalibration | null {
  const all = units.flat();
  if (all.length === 0) return null;
  const known = all.every(({ calibrated }) => calibrated !== undefined);
  const found = bootstrapIntervals(
    units.filter(({ length }) => length > 0),
    (sample) => ({ mean: errorOf(sample, 'mean'), calibrated: known ? errorOf(sample, 'calibrated') : 0 }),
  );
  return {
    objects: all.length,
    positives: all.filter(({ outcome }) => outcome === 1).length,
    mean: errorOf(all, 'mean'),
    calibrated: known ? errorOf(all, 'calibrated') : null,
    intervals: found === undefined ? null : { mean: found.mean, calibrated: known ? found.calibrated : null },
  };
}
