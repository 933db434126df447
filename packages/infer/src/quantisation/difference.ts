/** How far one network's answers are from another's, in what people see of them. */
import type { Quantisation } from '@ftuseg/nn';
import { sigmoid } from '../stitch/sigmoid.js';

export class DifferenceMeter {
  readonly #threshold: number;
  #values = 0;
  #apart = 0;
  #otherLabels = 0;
  #marked = [0, 0];
  #both = 0;

  /** @param threshold probability from which a pixel counts */
  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  /** @param before and @param after logits of the same pixels and classes */
  add(before: Float32Array, after: Float32Array): void {
    for (let i = 0; i < before.length; i++) {
      const [a, b] = [sigmoid(before[i] as number), sigmoid(after[i] as number)];
      const [marksA, marksB] = [a >= this.#threshold, b >= this.#threshold];
      this.#values++;
      this.#apart += Math.abs(a - b);
      if (marksA !== marksB) this.#otherLabels++;
      if (marksA) this.#marked[0] = (this.#marked[0] ?? 0) + 1;
      if (marksB) this.#marked[1] = (this.#marked[1] ?? 0) + 1;
      if (marksA && marksB) this.#both++;
    }
  }

  difference(): Quantisation['difference'] {
    const [a = 0, b = 0] = this.#marked;
    const values = Math.max(this.#values, 1);
    return {
      labels: this.#otherLabels / values,
      probability: this.#apart / values,
      dice: a + b === 0 ? null : (2 * this.#both) / (a + b),
    };
  }
}
