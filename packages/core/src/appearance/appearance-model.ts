/** Whether a slide looks like those that a network was trained on: how far it is from the nearest of them, and how far these are from each other. */

export interface SlideLooks {
  /** Of its tiles; see `tileAppearance`. */
  readonly tiles: readonly ArrayLike<number>[];
}

/** Plain numbers, for a model card. */
export interface AppearanceModel {
  /** Mean numbers of each slide that is kept. */
  readonly slides: readonly (readonly number[])[];
  /** Rows of a triangular matrix: differences of slides times it have no preferred direction, in units of what tiles of one slide differ by. */
  readonly whitening: readonly (readonly number[])[];
  /** From each slide to the nearest other one, ascending. */
  readonly distances: readonly number[];
}

/** Fewer slides say nothing of a further one. */
export const MIN_APPEARANCE_SLIDES = 5;
/** Slides that are kept: those farthest apart. */
const KEPT = 64;
/** Part of a covariance that is taken from its diagonal alone, and of that from its mean: with few tiles the rest is chance. */
const SHRINK = { diagonal: 0.2, floor: 0.05 };
/** How many times the farthest training slide's distance is still within reach: held-out slides have one neighbour less. */
const REACH = 1.5;

const meanOf = (tiles: readonly ArrayLike<number>[]): number[] =>
  Array.from(
    { length: tiles[0]?.length ?? 0 },
    (_, i) => tiles.reduce((sum, tile) => sum + (tile[i] as number), 0) / tiles.length,
  );

/** The covariance of tiles around the mean of their slide, shrunk towards its diagonal (Ledoit & Wolf 2004 with a fixed intensity). */
function within(slides: readonly SlideLooks[], means: readonly number[][]): number[][] {
  const size = means[0]?.length ?? 0;
  const sum = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  let count = 0;
  for (const [s, { tiles }] of slides.entries()) {
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
    row.map((value, j) => (i === j ? value / count + SHRINK.floor * usual : (1 - SHRINK.diagonal) * (value / count))),
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
function distanceBetween(a: readonly number[], b: readonly number[], whitening: AppearanceModel['whitening']): number {
  let sum = 0;
  for (const [i, row] of whitening.entries()) {
    let value = 0;
    for (let j = 0; j <= i; j++) value += (row[j] as number) * ((a[j] as number) - (b[j] as number));
    sum += value ** 2;
  }
  return Math.sqrt(sum / whitening.length);
}

/** Every slide's distance to the nearest other one, in their order. */
const nearestOthers = (means: readonly number[][], whitening: number[][]): number[] =>
  means.map((mean, i) =>
    means.reduce(
      (least, other, j) => (i === j ? least : Math.min(least, distanceBetween(mean, other, whitening))),
      Number.POSITIVE_INFINITY,
    ),
  );

/** Those that are farthest from all that are kept before them, from the first on (Gonzalez 1985). */
function spreadOut(means: readonly number[][], whitening: number[][]): number[][] {
  if (means.length <= KEPT) return [...means];
  const kept: number[][] = [means[0] as number[]];
  const away = means.map((mean) => distanceBetween(mean, kept[0] as number[], whitening));
  while (kept.length < KEPT) {
    const next = away.indexOf(Math.max(...away));
    const chosen = means[next] as number[];
    kept.push(chosen);
    for (const [i, mean] of means.entries()) {
      away[i] = Math.min(away[i] as number, distanceBetween(mean, chosen, whitening));
    }
  }
  return kept;
}

/** Seven digits are more than a tile knows. */
const short = (values: readonly number[]): number[] => values.map((value) => Number(value.toPrecision(7)));

/**
 * Mahalanobis distances as Lee et al. 2018 (arXiv:1807.03888) take them between a picture's features and the nearest class mean, with training slides in the
 * place of classes and numbers of colour and texture in the place of a network's.
 *
 * @returns undefined for fewer than 5 slides with tiles
 * @example
 * const model = fitAppearance(slides);
 */
export function fitAppearance(slides: readonly SlideLooks[]): AppearanceModel | undefined {
  const seen = slides.filter(({ tiles }) => tiles.length > 0);
  if (seen.length < MIN_APPEARANCE_SLIDES) return undefined;
  const means = seen.map(({ tiles }) => meanOf(tiles));
  const whitening = whiteningOf(within(seen, means));
  return {
    slides: spreadOut(means, whitening).map(short),
    whitening: whitening.map((row, i) => short(row.slice(0, i + 1))),
    distances: short(nearestOthers(means, whitening).sort((a, b) => a - b)),
  };
}

export interface AppearanceDistance {
  /** To the nearest training slide. */
  readonly distance: number;
  /** From which a slide looks unlike them. */
  readonly limit: number;
  /** Share of the training slides that are nearer to another one, 0..1. */
  readonly percentile: number;
}

/**
 * @param tiles of a slide, at least one; see `tileAppearance`
 * @example
 * const { distance, limit } = appearanceDistance(model, tiles);
 * if (distance > limit) console.warn('the slide looks unlike those of the training');
 */
export function appearanceDistance(model: AppearanceModel, tiles: readonly ArrayLike<number>[]): AppearanceDistance {
  const mean = meanOf(tiles);
  const distance = Math.min(...model.slides.map((slide) => distanceBetween(mean, slide, model.whitening)));
  const nearer = model.distances.filter((one) => one < distance).length;
  return {
    distance,
    limit: REACH * (model.distances.at(-1) ?? 0),
    percentile: nearer / model.distances.length,
  };
}
