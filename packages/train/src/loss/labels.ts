/**
 * What a loss compares logits with. Labels that people drew are 0 or 1 everywhere; predicted ones may lie between, or say that nobody knows:
 * which of the two a run has is known before it starts, so that the first kind never pays for the second.
 */
import { dispatch, type Tensor } from '@ftuseg/torch';
import { complement, div, mean, mul, relu, sum } from './arithmetic.js';

/** hard: 0 or 1. soft: a probability from 0 to 1, or -1 where it is uncertain and no loss may look. */
export type TargetKind = 'hard' | 'soft';

export interface Labels {
  /** 0..1, of the logits' shape; 0 where uncertain. */
  readonly target: Tensor;
  /** 1 where the target counts, between 0 and 1 where a part of it does, 0 where not at all; undefined: all of it does, and is 0 or 1. */
  readonly certain: Tensor | undefined;
  /** Processes between which the batch is divided; 1: this one has all of it. Losses are those of the whole batch. */
  readonly slices: number;
}

/** 1 where `a` is at least `value`, else 0. */
export const atLeast = (a: Tensor, value: number): Tensor => dispatch('ge.Scalar', a, value).to({ dtype: 'float32' });

/** Targets as a batch holds them, apart from what is certain of them. */
export function labelsOf(target: Tensor, kind: TargetKind, slices = 1): Labels {
  return kind === 'hard'
    ? { target, certain: undefined, slices }
    : { target: relu(target), certain: atLeast(target, 0), slices };
}

/** A sum over a slice of the batch becomes that over all of it. Every process calls it, and computes the same loss of what comes out. */
export const overAll = (part: Tensor, { slices }: Pick<Labels, 'slices'>): Tensor =>
  slices === 1 ? part : dispatch('ftuseg::all_reduce_sum', part);

/** The mean of all elements, over the whole batch. */
export function meanOver(x: Tensor, labels: Pick<Labels, 'slices'>): Tensor {
  return labels.slices === 1 ? mean(x) : div(overAll(sum(x), labels), x.numel * labels.slices);
}

/** Less than any certain pixel weighs, even in a cell of a coarse map: keeps a mean over nothing from being 0 / 0. */
const SMALLEST = 1e-6;
const orLeast = (a: Tensor): Tensor => dispatch('clamp_min', a, SMALLEST);

/** sum(weight x) / sum(weight) over the whole batch; 0 where nothing weighs anything. */
export const weightedMean = (x: Tensor, weight: Tensor, labels: Pick<Labels, 'slices'>): Tensor =>
  div(overAll(sum(mul(x, weight)), labels), orLeast(overAll(sum(weight), labels)));

/**
 * The labels of a coarser map of logits: the share of labelled pixels under each cell, among its certain ones, which weighs as much as they are.
 *
 * @param size height and width of the map
 */
export function coarseLabels({ target, certain, slices }: Labels, size: readonly number[]): Labels {
  const share = dispatch('adaptive_avg_pool2d', target, size);
  if (certain === undefined) return { target: share, certain, slices };
  const known = dispatch('adaptive_avg_pool2d', certain, size);
  return { target: div(share, orLeast(known)), certain: known, slices };
}

/**
 * Whether there is anything of a class on the tile, N x classes x 1 x 1: yes where a certain pixel is labelled (at least 0.5); no where none is
 * and all are certain; otherwise uncertain.
 */
export function tileLabels({ target, certain, slices }: Labels): Labels {
  const highest = dispatch('amax', target, [2, 3], true);
  if (certain === undefined) return { target: highest, certain, slices };
  const labelled = atLeast(highest, 0.5);
  const whole = dispatch('amin', certain, [2, 3], true);
  return { target: labelled, certain: complement(mul(complement(labelled), complement(whole))), slices };
}
