/** Whether a slide looks like those that a network was trained on: how far it is from the nearest of them, and how far these are from each other. */
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
  /** From each slide to the nearest one of another group, ascending. */
  readonly distances: readonly number[];
}

/** Plain numbers, for a model card. */
export interface AppearanceModel extends Readonly<Record<AppearancePart, PartModel>> {
  /** Mean numbers of each slide that is kept. */
  readonly slides: readonly (readonly number[])[];
}

/** Fewer groups say nothing of a further one. */
export const MIN_APPEARANCE_GROUPS = 5;
/** Slides that are kept: those farthest apart. */
const KEPT = 64;
/** Part of a covariance that is taken from its diagonal alone, and of that from its mean: with few tiles the rest is chance. */
const SHRINK = { diagonal: 0.2, floor: 0.05 };
/** Variance that every number has at least: 0.01 squared, less than any two tiles differ by, so that plain pictures have a distance too. */
const MIN_VARIANCE = 1e-4;
/** Slides are allowed to differ by a quarter of what tiles do, however alike those of the training are. */
const MIN_REACH = 0.25;
/** A slide may be farther than the farthest training slide by this factor: a further group has no neighbour of its own. */
const REACH = 1.15;

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

/** From every slide to the nearest one of another group, in their order. */
const nearestOthers = (
  means: readonly number[][],
  groups: readonly string[],
  whitening: PartModel['whitening'],
): number[] =>
  means.map((mean, i) => {
    const others = means.filter((_, j) => groups[j] !== groups[i]);
    return Math.min(...others.map((other) => distanceBetween(mean, other, whitening)));
  });

/** Those that are farthest from all that are kept before them, from the first on (Gonzalez 1985). */
function spreadOut(means: readonly number[][], between: (a: number[], b: number[]) => number): number[][] {
  if (means.length <= KEPT) return [...means];
  const [first] = means;
  if (first === undefined) return [];
  const kept = [first];
  const away = means.map((mean) => between(mean, first));
  while (kept.length < KEPT) {
    const chosen = means[away.indexOf(Math.max(...away))] as number[];
    kept.push(chosen);
    for (const [i, mean] of means.entries()) away[i] = Math.min(away[i] as number, between(mean, chosen));
  }
  return kept;
}

/** Seven digits are more than a tile knows. */
const short = (values: readonly number[]): number[] => values.map((value) => Number(value.toPrecision(7)));

function fitPart(slides: readonly SlideLooks[], part: AppearancePart): PartModel {
  const tiles = slides.map((slide) => slide.tiles.map((one) => partOf(one, part)));
  const whitening = whiteningOf(within(tiles)).map((row, i) => short(row.slice(0, i + 1)));
  const groups = slides.map(({ group }) => group);
  return { whitening, distances: short(nearestOthers(tiles.map(meanOf), groups, whitening).sort((a, b) => a - b)) };
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
  const [colour, texture] = [fitPart(seen, 'colour'), fitPart(seen, 'texture')];
  const means = seen.map(({ tiles }) => meanOf(tiles));
  const between = (a: number[], b: number[]): number =>
    distanceBetween(partOf(a, 'colour'), partOf(b, 'colour'), colour.whitening) +
    distanceBetween(partOf(a, 'texture'), partOf(b, 'texture'), texture.whitening);
  return { slides: spreadOut(means, between).map(short), colour, texture };
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
 * @example
 * if (appearanceDistance(model, tiles).distance > 1) console.warn('the slide looks unlike those of the training');
 */
export function appearanceDistance(model: AppearanceModel, tiles: readonly ArrayLike<number>[]): AppearanceDistance {
  const mean = meanOf(tiles);
  const parts = appearanceParts.map((part): AppearanceDistance => {
    const { whitening, distances } = model[part];
    const own = partOf(mean, part);
    const nearest = Math.min(...model.slides.map((slide) => distanceBetween(own, partOf(slide, part), whitening)));
    const nearer = distances.filter((one) => one < nearest).length;
    return {
      distance: nearest / (REACH * Math.max(distances.at(-1) ?? 0, MIN_REACH)),
      part,
      percentile: nearer / distances.length,
    };
  });
  return parts.reduce((most, one) => (one.distance > most.distance ? one : most));
}
