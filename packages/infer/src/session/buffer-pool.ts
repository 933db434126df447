/**
 * Memory that goes round between the main thread and the inference threads: moved, not copied, and used again. Copies of batches and logits
 * in tiles of 1280 pixels are 2.6 GB of garbage for a slide of 20,000 pixels a side.
 */
export class BufferPool {
  readonly #batches: ArrayBuffer[] = [];
  readonly #logits: Float32Array<ArrayBuffer>[] = [];
  readonly #lent = new WeakSet<ArrayBuffer>();

  /** Memory for a batch of at least `length` values. */
  acquire(length: number): Float32Array {
    const at = this.#batches.findIndex(({ byteLength }) => byteLength >= 4 * length);
    const [found] = at < 0 ? [] : this.#batches.splice(at, 1);
    const buffer = found ?? new ArrayBuffer(4 * length);
    this.#lent.add(buffer);
    return new Float32Array(buffer);
  }

  /** The lent memory that the batch lies in, which is thereby taken; undefined for other memory. */
  takeLent({ buffer }: Float32Array): ArrayBuffer | undefined {
    return buffer instanceof ArrayBuffer && this.#lent.delete(buffer) ? buffer : undefined;
  }

  /** Moved memory of a batch that is computed. */
  returnBatch(buffer: ArrayBuffer): void {
    this.#batches.push(buffer);
  }

  /** Lets all memory go that is not at work. */
  clear(): void {
    this.#batches.length = 0;
    this.#logits.length = 0;
  }

  spareLogits(): Float32Array<ArrayBuffer> | undefined {
    return this.#logits.pop();
  }

  returnLogits({ buffer, byteLength }: Float32Array): void {
    // A view on a part of something larger is not ours to move.
    if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) this.#logits.push(new Float32Array(buffer));
  }
}
