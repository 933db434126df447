/** The probability of an object learnt from objects whose truth is known, in the form that does best on groups it was not learnt on. */
import {
  bootstrapIntervals,
  calibrationError,
  type Forecast,
  fitIsotonic,
  fitLogistic,
  type Interval,
  logLoss,
} from '@ftuseg/core';
import {
  type CalibratedObject,
  type Calibration,
  calibratedProbability,
  calibrationFeatures,
  type ObjectMap,
} from '@ftuseg/nn';

/** An object that was found, and whether it is what it is called. */
export interface KnownObject extends CalibratedObject {
  readonly outcome: 0 | 1;
  /** Of slides that are alike, such as a patient's. */
  readonly group: string;
}

/** With fewer of either kind nothing can be said. */
export const MIN_OBJECTS = 5;
/** Steps of a map that assumes nothing need many objects each. */
const MIN_ISOTONIC = 100;
/** Groups are left out together when there are more. */
const FOLDS = 10;

type Fit = (objects: readonly KnownObject[]) => ObjectMap;

const logistic =
  (bySize: boolean): Fit =>
  (objects) => {
    const examples = objects.flatMap(({ outcome, ...object }) => {
      const features = calibrationFeatures(object, bySize);
      return features === undefined ? [] : [{ features: bySize ? features : features.slice(0, 1), outcome }];
    });
    const { intercept, weights } = fitLogistic(examples);
    return { method: 'logistic', intercept, probability: weights[0] ?? 0, size: weights[1] ?? 0 };
  };

const isotonic: Fit = (objects) => {
  const { from, to } = fitIsotonic(objects.map(({ probability, outcome }) => ({ value: probability, outcome })));
  return { method: 'isotonic', from: [...from], to: [...to] };
};

const forecastsOf = (objects: readonly KnownObject[], probabilities: readonly number[]) =>
  objects.map(({ outcome }, i) => ({ probability: probabilities[i] ?? Number.NaN, outcome }));

/** The probability of every object by a map that was learnt on other groups. */
function outOfFold(objects: readonly KnownObject[], fit: Fit): number[] {
  const groups = [...new Set(objects.map(({ group }) => group))];
  const foldOf = new Map(groups.map((group, i) => [group, i % Math.min(groups.length, FOLDS)]));
  const maps = new Map<number, ObjectMap>();
  return objects.map((object) => {
    const fold = foldOf.get(object.group) ?? 0;
    const map = maps.get(fold) ?? fit(objects.filter(({ group }) => foldOf.get(group) !== fold));
    maps.set(fold, map);
    return calibratedProbability(map, object) ?? Number.NaN;
  });
}

const pair = ({ low, high }: Interval): [number, number] => [low, high];

/**
 * Tries a logistic map of the mean probability, one of probability and size (where all sizes are known), and an isotonic one (from 100 objects on), and
 * takes the one of the least log loss on groups that were left out.
 *
 * @returns null for objects of a single group, and for fewer than 5 that are true or 5 that are not
 * @example
 * fitObjects(objects)?.map; // { method: 'logistic', intercept: -0.4, probability: 1.1, size: 0.8 }
 */
export function fitObjects(objects: readonly KnownObject[]): Calibration['objects'] {
  const positives = objects.filter(({ outcome }) => outcome === 1).length;
  const groups = new Map<string, { readonly before: Forecast; readonly after: Forecast }[]>();
  for (const { group } of objects) groups.set(group, []);
  if (Math.min(positives, objects.length - positives) < MIN_OBJECTS || groups.size < 2) return null;
  const sized = objects.every(({ diameter }) => diameter !== undefined);
  const fits = [
    logistic(false),
    ...(sized ? [logistic(true)] : []),
    ...(objects.length < MIN_ISOTONIC ? [] : [isotonic]),
  ];
  const tried = fits.map((fit) => {
    const left = outOfFold(objects, fit);
    return { fit, left, loss: logLoss(forecastsOf(objects, left)) };
  });
  const best = tried.reduce((least, one) => (one.loss < least.loss ? one : least));
  const before = objects.map(({ probability }) => probability);
  for (const [i, { group, outcome }] of objects.entries()) {
    const forecast = (probability = 0): Forecast => ({ probability, outcome });
    groups.get(group)?.push({ before: forecast(before[i]), after: forecast(best.left[i]) });
  }
  const intervals = bootstrapIntervals([...groups.values()], (sample) => ({
    before: calibrationError(sample.map((one) => one.before)),
    after: calibrationError(sample.map((one) => one.after)),
  }));
  return {
    map: best.fit(objects),
    count: objects.length,
    positives,
    error: {
      before: calibrationError(forecastsOf(objects, before)),
      after: calibrationError(forecastsOf(objects, best.left)),
    },
    intervals: intervals === undefined ? null : { before: pair(intervals.before), after: pair(intervals.after) },
  };
}
