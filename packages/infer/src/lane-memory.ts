/**
 * Memory that goes round between the main thread and the inference threads: moved, not copied, and used again. Copies of batches and logits
 * were a gigabyte of garbage for a slide of 20,000 pixels a side, and its collection took longer than packing and stitching.
 */
export class LaneMemory {
  readonly #batches: ArrayBuffer[] = [];
  readonly #logits: Float32Array[] = [];
  readonly #lent = new WeakSet<ArrayBufferLike>();

  /** Memory for a batch of at least `length` values. */
  lend(length: number): Float32Array {
    const at = this.#batches.findIndex(({ byteLength }) => byteLength >= 4 * length);
    const [found] = at < 0 ? [] : this.#batches.splice(at, 1);
    const buffer = found ?? new ArrayBuffer(4 * length);
    this.#lent.add(buffer);
    return new Float32Array(buffer);
  }

  /** Whether the batch lies in lent memory, which is thereby taken. */
  takeLent(batch: Float32Array): boolean {
    return this.#lent.delete(batch.buffer);
  }

  /** The moved memory of a batch that is computed. */
  returnBatch({ buffer }: Float32Array): void {
    if (buffer instanceof ArrayBuffer) this.#batches.push(buffer);
  }

  spareLogits(): Float32Array | undefined {
    return this.#logits.pop();
  }

  returnLogits(logits: Float32Array): void {
    // A view on a part of something larger is not ours to move.
    if (logits.byteLength === logits.buffer.byteLength) this.#logits.push(logits);
  }
}
