/**
 * How long the columns were when a run-length code was written. A code does not say it, and one of another height shears or scatters its objects without
 * leaving the slide. Objects hold together at one stride only: a run and the next one of its object begin about a column apart.
 */

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Fewer runs than this show no stride. */
const FEWEST_RUNS = 16;

/** Runs that are compared with the `FOLLOWING` ones after them, spread over the code, and distances that are tried of those met most often. */
const SAMPLED = 4096;
const FOLLOWING = 32;
const TRIED = 6;
/** Distances below this, in pixels and as a share of the height, are those of dots in one column. */
const SHORTEST = 16;
const SHORTEST_SHARE = 1 / 32;

/** Objects of a code hold together where at most this share of their pixels lacks its neighbour. */
const MAX_LOOSE = 0.1;
/** How many times looser objects must be in the slide: twice is what objects of any size are where one side goes into the other. */
const LOOSER = 1.5;
/** The same where the border of the slide speaks against the code as well: one row more makes discs 1.41 times as loose. */
const SHEARED = 1.2;
const ALWAYS_LOOSE = 0.001;
/** Room for neighbours that are met by accident; less for the width, because a code of the transposed slide is the usual mistake. */
const ACCIDENTS = 0.5;
const ACCIDENTS_AT_WIDTH = 0.9;

/**
 * Share of the foreground without foreground `stride` pixels on.
 *
 * @param runs begin and length of each, in order, as `rleRuns` gives them
 * @param itself whether a run may be its own neighbour, as one over several columns is
 */
function looseAt(runs: Float64Array, stride: number, itself: boolean): number {
  let [shared, total, j] = [0, 0, 0];
  for (let i = 0; i < runs.length; i += 2) {
    const start = (runs[i] as number) + stride;
    const end = start + (runs[i + 1] as number);
    total += end - start;
    while (j < runs.length && (runs[j] as number) + (runs[j + 1] as number) <= start) j += 2;
    for (let k = j; k < runs.length && (runs[k] as number) < end; k += 2) {
      if (k === i && !itself) continue;
      const other = runs[k] as number;
      shared += Math.min(end, other + (runs[k + 1] as number)) - Math.max(start, other);
    }
  }
  return total === 0 ? 0 : 1 - shared / total;
}

/** The distances between the middles of runs that are met most often, and those beside them. */
function commonDistances(runs: Float64Array, shortest: number): number[] {
  const met = new Map<number, number>();
  const count = runs.length / 2;
  const step = Math.max(1, Math.floor(count / SAMPLED));
  const middle = (run: number): number => (runs[2 * run] as number) + (runs[2 * run + 1] as number) / 2;
  for (let i = 0; i < count; i += step) {
    for (let j = i + 1; j < Math.min(count, i + 1 + FOLLOWING); j++) {
      const distance = Math.round(middle(j) - middle(i));
      if (distance >= shortest) met.set(distance, (met.get(distance) ?? 0) + 1);
    }
  }
  const common = [...met].sort(([, a], [, b]) => b - a).slice(0, TRIED);
  return common.flatMap(([distance]) => [distance - 1, distance, distance + 1]);
}

/**
 * Whether runs go over from one column of the slide to the next as often as they would if its columns meant nothing: in its own code an object ends at
 * the lower border, and what begins above is another one.
 */
function ignoresBorders(runs: Float64Array, { width, height }: Size): boolean {
  const [below, above] = [new Set<number>(), new Set<number>()];
  let pixels = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const start = runs[i] as number;
    const end = start + (runs[i + 1] as number);
    pixels += end - start;
    for (let border = Math.ceil(start / height); border * height <= end; border++) {
      if (border * height > start) below.add(border);
      if (border * height < end) above.add(border);
    }
  }
  const both = [...below].filter((border) => above.has(border)).length;
  return both >= 8 && both >= 0.8 * (below.size + above.size - both) && both >= (0.2 * pixels) / height && both < width;
}

/**
 * The height of the picture that a code was written for, where that is clearly not the slide's.
 *
 * @param runs begin and length of each, in order, as `rleRuns` gives them
 * @returns undefined where the code fits the slide, or is too little to tell
 * @example
 * otherStride(rleRuns(code, 600, 500), { width: 600, height: 500 }); // 250 for a mask of half the size
 */
export function otherStride(runs: Float64Array, size: Size): number | undefined {
  const { width, height } = size;
  if (runs.length < 2 * FEWEST_RUNS) return undefined;
  const loose = looseAt(runs, height, true);
  if (loose <= ALWAYS_LOOSE) return undefined;
  let best = { stride: height, loose };
  for (const stride of new Set([width, ...commonDistances(runs, Math.max(SHORTEST, height * SHORTEST_SHARE))])) {
    const found = stride === height ? loose : looseAt(runs, stride, false);
    if (found < best.loose) best = { stride, loose: found };
  }
  const { stride } = best;
  if (best.loose > MAX_LOOSE || loose < SHEARED * best.loose + ALWAYS_LOOSE) return undefined;
  const columns = Math.round(stride / height);
  const rows = Math.abs(stride - height * columns);
  if (columns > 0 && rows > 0 && ignoresBorders(runs, size)) return stride;
  if (loose < LOOSER * best.loose + ALWAYS_LOOSE) return undefined;
  const room = stride === width ? ACCIDENTS_AT_WIDTH : ACCIDENTS;
  // Objects that lean have their neighbours there, and dots at equal distances. Each step leads so many rows up or down that the border of the slide ends
  // such a chain, and its last pixel has no neighbour.
  const leaning = rows === 0 ? stride !== width : best.loose >= room / Math.ceil(height / rows);
  return leaning ? undefined : stride;
}
