/**
 * Brings the members' bands, each on its own grid, onto the plan's grid and averages them; and counts how many of the models
 * would call each pixel foreground by themselves.
 */
import { type Raster, raster } from '@ftuseg/core';
import type { Member, SlidePlan } from '../plan/plan.js';
import { cutColumns, joinColumns } from '../tiles/columns.js';
import { axisTaps } from '../tiles/resample-window.js';

/** Consecutive columns of the plan's grid, over the slide's whole height. */
export interface ProbabilityBand {
  /** First column, pixels of the plan's grid. */
  readonly left: number;
  /** H x columns x classes, 0..1. */
  readonly probability: Raster<Float32Array>;
  /**
   * H x columns x classes, 0..255: the share of the models, by weight, whose own probability reaches the class's threshold.
   * Undefined for a single model.
   */
  readonly agreement: Raster | undefined;
  /** H x columns x classes, 0..255 for 0..0.5: the standard deviation of the models' probabilities, by weight. Unset where nobody asked, or for a single model. */
  readonly spread?: Raster | undefined;
}

export interface MergeOptions {
  /** Whether it is counted; true if unset. */
  readonly agreement?: boolean | undefined;
  /** Whether it is computed; false if unset. */
  readonly spread?: boolean | undefined;
}

/** Where the columns of one member come from. */
export interface MemberSource {
  readonly member: Member;
  /** The first column that it gives, pixels of the member's grid. */
  readonly left: number;
  /**
   * The next columns of the member's grid, from left to right: all that the plan's columns left of `right` are made of.
   * @returns undefined where the member has given them before
   */
  take(right: number): Raster<Float32Array> | undefined;
}

/** The columns of one member that are still needed. */
interface Held {
  readonly source: MemberSource;
  left: number;
  pixels: Raster<Float32Array> | undefined;
}

export class MemberMerger {
  readonly #held: readonly Held[];
  #left: number;

  /**
   * @param sources of the plan's members, in their order
   * @param left first column of the plan's grid that will be asked for
   */
  constructor(
    private readonly plan: SlidePlan,
    sources: readonly MemberSource[],
    left: number,
    private readonly options: MergeOptions = {},
  ) {
    this.#left = left;
    this.#held = sources.map((source) => ({ source, left: source.left, pixels: undefined }));
  }

  /** The columns of the plan's grid up to `right`. */
  take(right: number): ProbabilityBand {
    const { grid, classes, settings } = this.plan;
    const [left, count] = [this.#left, right - this.#left];
    const length = grid.height * count * classes.length;
    const alone = this.#held.length === 1;
    const { agreement: counts = true, spread: spreads = false } = this.options;
    const votes = counts && !alone ? new Float32Array(length) : undefined;
    const squares = spreads && !alone ? new Float32Array(length) : undefined;
    let sum: Float32Array | undefined;
    for (const held of this.#held) {
      const { member } = held.source;
      const values = this.#valuesOf(held, right);
      if (alone) sum = values;
      else {
        sum ??= new Float32Array(length);
        addShare(sum, values, member.share);
        if (squares !== undefined) addSquares(squares, values, member.share);
        if (votes !== undefined) addVotes(votes, values, member.share, settings.threshold);
      }
    }
    this.#left = right;
    if (sum === undefined) throw new RangeError('an ensemble has members');
    const agreement = votes && Uint8Array.from(votes, (vote) => Math.round(255 * Math.min(vote, 1)));
    const octets = (data: Uint8Array | undefined): Raster | undefined =>
      data && raster(count, grid.height, classes.length, data);
    return {
      left,
      probability: raster(count, grid.height, classes.length, sum),
      agreement: octets(agreement),
      spread: octets(squares && deviations(squares, sum)),
    };
  }

  /** A member's probabilities for the plan's columns up to `right`; it then holds what the next band begins with. */
  #valuesOf(held: Held, right: number): Float32Array {
    const { grid } = this.plan;
    const { member } = held.source;
    const next = held.source.take(right);
    const pixels =
      held.pixels === undefined || next === undefined ? (next ?? held.pixels) : joinColumns(held.pixels, next);
    if (pixels === undefined) throw new RangeError(`${member.model.source.name} has given no columns`);
    const [left, count] = [this.#left, right - this.#left];
    const same = member.grid.width === grid.width && member.grid.height === grid.height;
    const values = same
      ? cutColumns(pixels, left - held.left, count).data
      : resampled(pixels, { left: held.left, from: member.grid }, { left, count, to: grid });
    // Interpolation looks one column back.
    const keep = same ? right : Math.max(Math.floor((right * member.grid.width) / grid.width) - 2, held.left);
    const drop = Math.min(keep - held.left, pixels.width);
    held.pixels = drop < pixels.width ? cutColumns(pixels, drop, pixels.width - drop) : undefined;
    held.left += drop;
    return values;
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Bilinear, half-pixel centres, as core's `resizeBilinear` of the whole map.
 * @param pixels columns of a grid of size `from`, the first of them its column `left`
 * @returns `count` columns from `left` on of a grid of size `to`
 */
function resampled(
  pixels: Raster<Float32Array>,
  { left: pixelsLeft, from }: { readonly left: number; readonly from: Size },
  { left, count, to }: { readonly left: number; readonly count: number; readonly to: Size },
): Float32Array {
  const { channels, width } = pixels;
  const [across, down] = [axisTaps(from.width, to.width, left, count), axisTaps(from.height, to.height, 0, to.height)];
  const out = new Float32Array(to.height * count * channels);
  const rowLength = width * channels;
  const row = new Float64Array(rowLength);
  for (let y = 0; y < to.height; y++) {
    row.fill(0);
    for (let tap = 0; tap < down.perSample; tap++) {
      const weight = down.weights[y * down.perSample + tap] as number;
      if (weight === 0) continue;
      const offset = ((down.start[y] as number) + tap) * rowLength;
      for (let i = 0; i < rowLength; i++) row[i] = (row[i] as number) + weight * (pixels.data[offset + i] as number);
    }
    for (let x = 0, at = y * count * channels; x < count; x++) {
      const base = ((across.start[x] as number) - pixelsLeft) * channels;
      for (let c = 0; c < channels; c++, at++) {
        let value = 0;
        for (let tap = 0; tap < across.perSample; tap++) {
          const weight = across.weights[x * across.perSample + tap] as number;
          if (weight !== 0) value += weight * (row[base + tap * channels + c] as number);
        }
        out[at] = value;
      }
    }
  }
  return out;
}

function addShare(sum: Float32Array, values: Float32Array, share: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + share * (values[i] as number);
}

function addSquares(squares: Float32Array, values: Float32Array, share: number): void {
  for (let i = 0; i < squares.length; i++) {
    squares[i] = (squares[i] as number) + share * (values[i] as number) ** 2;
  }
}

/** Standard deviations, 0..255 for 0..0.5. Rounding may leave the mean of equal squares a little below the square of the mean. */
function deviations(squares: Float32Array, means: Float32Array): Uint8Array {
  return Uint8Array.from(squares, (square, i) =>
    Math.round(510 * Math.sqrt(Math.min(0.25, Math.max(0, square - (means[i] as number) ** 2)))),
  );
}

function addVotes(votes: Float32Array, values: Float32Array, share: number, thresholds: readonly number[]): void {
  for (let i = 0, c = 0; i < votes.length; i++) {
    if ((values[i] as number) >= (thresholds[c] as number)) votes[i] = (votes[i] as number) + share;
    if (++c === thresholds.length) c = 0;
  }
}
