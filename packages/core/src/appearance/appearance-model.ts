/** Whether a slide looks like those that a network was trained on: how far it is from the nearest of them, and how far these are from each other. */
import { quantileOf } from '../statistics/bootstrap.js';
import { COLOUR_NUMBERS } from './tile-appearance.js';

export interface SlideLooks {
  /** Of its tiles; see `tileAppearance`. */
  readonly tiles: readonly ArrayLike<number>[];
  /** Slides of one group are alike, such as regions of one slide: how far apart they are says nothing of others. */
  readonly group: string;
}

/** Colour and texture are looked at apart: a scale that is off shows in one alone. */
export const appearanceParts = ['colour', 'texture'] as const;
export type AppearancePart = (typeof appearanceParts)[number];

/** How slides are told apart by some of their numbers. */
export interface PartModel {
  /** Rows of a triangular matrix: differences of slides times it have no preferred direction, in units of what tiles of one slide differ by. */
  readonly whitening: readonly (readonly number[])[];
  /** From each slide to the nearest one of another group, ascending; of many slides, to the nearest that is kept. */
  readonly distances: readonly number[];
  /** How far a further slide may be, in the same unit; unset in files of an earlier version: a little more than the farthest training slide. */
  readonly reach?: number | undefined;
}

/** Plain numbers, for a model card. */
export interface AppearanceModel extends Readonly<Record<AppearancePart, PartModel>> {
  /** Mean numbers of each slide that is kept. */
  readonly slides: readonly (readonly number[])[];
}

/** Fewer groups say nothing of a further one. */
export const MIN_APPEARANCE_GROUPS = 5;
/** Slides that are kept: those farthest apart. */
const KEPT = 128;
/** Part of a covariance that is taken from its diagonal alone, and of that from its mean: with few tiles the rest is chance. */
const SHRINK = { diagonal: 0.2, floor: 0.05 };
/** Variance that every number has at least: 0.01 squared, less than any two tiles differ by, so that plain pictures have a distance too. */
const MIN_VARIANCE = 1e-4;
/** Slides are allowed to differ by a quarter of what tiles do, however alike those of the training are. */
const MIN_REACH = 0.25;
/** Of the training slides, those beyond it are odd ones: they say nothing of how far a further slide may be. */
const USUAL = 0.98;
/** A slide may be farther than the training slides usually are by this factor: a further group has no neighbour of its own. */
const REACH = 1.15;
const reachOf = (distance: number): number => REACH * Math.max(distance, MIN_REACH);

/** The numbers of a part. */
const partOf = (numbers: ArrayLike<number>, part: AppearancePart): number[] => {
  const all = Array.from(numbers);
  return part === 'colour' ? all.slice(0, COLOUR_NUMBERS) : all.slice(COLOUR_NUMBERS);
};

const meanOf = (tiles: readonly ArrayLike<number>[]): number[] =>
  Array.from(
    { length: tiles[0]?.length ?? 0 },
    (_, i) => tiles.reduce((sum, tile) => sum + (tile[i] as number), 0) / tiles.length,
  );

/** The covariance of tiles around the mean of their slide, shrunk towards its diagonal (Ledoit & Wolf 2004 with a fixed intensity). */
function within(slides: readonly (readonly number[][])[]): number[][] {
  const means = slides.map(meanOf);
  const size = means[0]?.length ?? 0;
  const sum = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  let count = 0;
  for (const [s, tiles] of slides.entries()) {
    for (const tile of tiles) {
      count++;
      for (let i = 0; i < size; i++) {
        const row = sum[i] as number[];
        const a = (tile[i] as number) - (means[s]?.[i] as number);
        for (let j = 0; j < size; j++)
          row[j] = (row[j] as number) + a * ((tile[j] as number) - (means[s]?.[j] as number));
      }
    }
  }
  const usual = sum.reduce((total, row, i) => total + (row[i] as number), 0) / size / count;
  return sum.map((row, i) =>
    row.map((value, j) =>
      i === j ? value / count + SHRINK.floor * usual + MIN_VARIANCE : (1 - SHRINK.diagonal) * (value / count),
    ),
  );
}

/** The inverse of the Cholesky factor of a positive definite matrix. */
function whiteningOf(matrix: readonly number[][]): number[][] {
  const size = matrix.length;
  const factor = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const inverse = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let i = 0; i < size; i++) {
    const row = factor[i] as number[];
    for (let j = 0; j <= i; j++) {
      const other = factor[j] as number[];
      let sum = matrix[i]?.[j] as number;
      for (let k = 0; k < j; k++) sum -= (row[k] as number) * (other[k] as number);
      row[j] = i === j ? Math.sqrt(sum) : sum / (other[j] as number);
    }
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= (row[k] as number) * (inverse[k]?.[j] as number);
      (inverse[i] as number[])[j] = sum / (row[i] as number);
    }
  }
  return inverse;
}

/** The root of the mean square over the numbers, so that it does not grow with how many there are. */
function distanceBetween(a: readonly number[], b: readonly number[], whitening: PartModel['whitening']): number {
  let sum = 0;
  for (const [i, row] of whitening.entries()) {
    let value = 0;
    for (let j = 0; j <= i; j++) value += (row[j] as number) * ((a[j] as number) - (b[j] as number));
    sum += value ** 2;
  }
  return Math.sqrt(sum / whitening.length);
}

/** Which are kept: those that are farthest from all that are kept before them, from the first on (Gonzalez 1985). */
function spreadOut(count: number, between: (one: number, other: number) => number): Set<number> {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count <= KEPT) return new Set(all);
  const kept = new Set([0]);
  const away = all.map((i) => between(i, 0));
  while (kept.size < KEPT) {
    const most = Math.max(...away);
    // All others are the same as one that is kept.
    if (most === 0) break;
    const farthest = away.indexOf(most);
    kept.add(farthest);
    for (const i of all) away[i] = Math.min(away[i] as number, between(i, farthest));
  }
  return kept;
}

/** Seven digits are more than a tile knows. */
const short = (values: readonly number[]): number[] => values.map((value) => Number(value.toPrecision(7)));

/** How tiles of one slide differ in some numbers. */
const whiteningOfPart = (slides: readonly SlideLooks[], part: AppearancePart): PartModel['whitening'] =>
  whiteningOf(within(slides.map(({ tiles }) => tiles.map((one) => partOf(one, part))))).map((row, i) =>
    short(row.slice(0, i + 1)),
  );

/**
 * From every slide to the nearest one of another group, ascending. Further slides are measured from those that are kept, and so are slides that are not; one that
 * is kept would have only far ones left.
 */
function distancesOf(
  means: readonly number[][],
  slides: readonly SlideLooks[],
  kept: ReadonlySet<number>,
  whitening: PartModel['whitening'],
): number[] {
  const found = means.map((mean, i) => {
    const others = means.filter((_, j) => slides[j]?.group !== slides[i]?.group && (kept.has(i) || kept.has(j)));
    return Math.min(...others.map((other) => distanceBetween(mean, other, whitening)));
  });
  return short(found.filter(Number.isFinite).sort((a, b) => a - b));
}

/**
 * Mahalanobis distances as Lee et al. 2018 (arXiv:1807.03888) take them between a picture's features and the nearest class mean, with training slides in the
 * place of classes and numbers of colour and texture in the place of a network's.
 *
 * @returns undefined for slides of fewer than 5 groups
 * @example
 * const model = fitAppearance(slides);
 */
export function fitAppearance(slides: readonly SlideLooks[]): AppearanceModel | undefined {
  const seen = slides.filter(({ tiles }) => tiles.length > 0);
  if (new Set(seen.map(({ group }) => group)).size < MIN_APPEARANCE_GROUPS) return undefined;
  const whitening = { colour: whiteningOfPart(seen, 'colour'), texture: whiteningOfPart(seen, 'texture') };
  const means = seen.map(({ tiles }) => meanOf(tiles));
  const parts = {
    colour: means.map((mean) => partOf(mean, 'colour')),
    texture: means.map((mean) => partOf(mean, 'texture')),
  };
  const apart = (part: AppearancePart, one: number, other: number): number =>
    distanceBetween(parts[part][one] as number[], parts[part][other] as number[], whitening[part]);
  const kept = spreadOut(means.length, (one, other) => apart('colour', one, other) + apart('texture', one, other));
  const fitted = (part: AppearancePart): PartModel => {
    const distances = distancesOf(parts[part], seen, kept, whitening[part]);
    const reach = Number(reachOf(quantileOf(distances, USUAL)).toPrecision(7));
    return { whitening: whitening[part], distances, reach };
  };
  return {
    slides: [...kept].map((i) => short(means[i] as number[])),
    colour: fitted('colour'),
    texture: fitted('texture'),
  };
}

export interface AppearanceDistance {
  /** To the nearest training slide, in units of how far a slide may be: above 1 it looks unlike them. */
  readonly distance: number;
  /** In what it is farthest. */
  readonly part: AppearancePart;
  /** Share of the training slides that are nearer to one of another group, 0..1. */
  readonly percentile: number;
}

/**
 * @param tiles of a slide, at least one; see `tileAppearance`
 * @param among parts that are looked at
 * @example
 * if (appearanceDistance(model, tiles).distance > 1) console.warn('the slide looks unlike those of the training');
 */
export function appearanceDistance(
  model: AppearanceModel,
  tiles: readonly ArrayLike<number>[],
  among: readonly AppearancePart[] = appearanceParts,
): AppearanceDistance {
  const mean = meanOf(tiles);
  const parts = among.map((part): AppearanceDistance => {
    const { whitening, distances, reach } = model[part];
    const own = partOf(mean, part);
    const nearest = Math.min(...model.slides.map((slide) => distanceBetween(own, partOf(slide, part), whitening)));
    const nearer = distances.filter((one) => one < nearest).length;
    return {
      distance: nearest / (reach ?? reachOf(distances.at(-1) ?? 0)),
      part,
      percentile: nearer / distances.length,
    };
  });
  return parts.reduce((most, one) => (one.distance > most.distance ? one : most));
}
