/**
 * Scores of one slide at several thresholds in one pass over its pixels, however they come: each pixel is counted by how many thresholds it
 * reaches.
 */
import { dice } from '@ftuseg/core';

/** Scores of one slide at one threshold: Dice of each class, and right pixels over all classes. */
export interface SlideScore {
  readonly dice: readonly number[];
  readonly right: number;
  readonly total: number;
}

export class ThresholdScores {
  readonly #classes: number;
  /** As they were given, and from the lowest. */
  readonly #thresholds: readonly number[];
  readonly #rising: readonly number[];
  /** Pixels by class, truth (0 or 1) and how many thresholds they reach. */
  readonly #pixels: Float64Array;
  #predicted = 0;

  constructor(classes: number, thresholds: readonly number[]) {
    this.#classes = classes;
    this.#thresholds = thresholds;
    this.#rising = thresholds.toSorted((a, b) => a - b);
    this.#pixels = new Float64Array(classes * 2 * (thresholds.length + 1));
  }

  /**
   * @param probability classes x pixels, 0..1
   * @param counts pixels of 0 are left out
   * @param mask bit c of a pixel is set where class c is
   */
  add(probability: Float32Array, counts: Uint16Array, mask: Uint8Array): void {
    const size = counts.length;
    const rising = this.#rising;
    const steps = rising.length;
    for (let i = 0; i < size; i++) if (counts[i] !== 0) this.#predicted++;
    for (let c = 0; c < this.#classes; c++) {
      for (let i = 0; i < size; i++) {
        if (counts[i] === 0) continue;
        const value = probability[c * size + i] as number;
        let reached = 0;
        while (reached < steps && value >= (rising[reached] as number)) reached++;
        const at = (c * 2 + (((mask[i] as number) >> c) & 1)) * (steps + 1) + reached;
        this.#pixels[at] = (this.#pixels[at] as number) + 1;
      }
    }
  }

  /** Scores at each threshold, in the order in which they were given. */
  scores(): SlideScore[] {
    return this.#thresholds.map((threshold) => {
      const overlaps = Array.from({ length: this.#classes }, (_, c) => this.#overlap(c, threshold));
      const wrong = overlaps.reduce(
        (sum, { intersection, prediction, truth }) => sum + prediction + truth - 2 * intersection,
        0,
      );
      const total = this.#predicted * this.#classes;
      return { dice: overlaps.map(dice), right: total - wrong, total };
    });
  }

  #overlap(c: number, threshold: number) {
    const steps = this.#rising.length;
    const count = (truth: 0 | 1, from: number): number => {
      const at = (c * 2 + truth) * (steps + 1);
      return this.#pixels.subarray(at + from, at + steps + 1).reduce((sum, pixels) => sum + pixels, 0);
    };
    const reached = this.#rising.indexOf(threshold) + 1;
    const intersection = count(1, reached);
    return { intersection, prediction: intersection + count(0, reached), truth: count(1, 0) };
  }
}
