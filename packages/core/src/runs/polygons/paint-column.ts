/**
 * One column that is painted over and over: of runs that overlap the one that was painted last shows. Masks are united and polygons
 * filled this way, without pixels.
 */
import type { RunMaskBuilder } from '../run-mask.js';

/** So many runs are sorted by insertion. */
const FEW = 24;

export class ColumnPainter {
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #labels = new Uint8Array(64);
  /** For sorting, and the runs that cover the row that is looked at. */
  #order = new Uint32Array(64);
  readonly #covering: number[] = [];
  #count = 0;
  /** Whether every run so far begins below the one before. */
  #apart = true;

  /** Paints rows `start` to `end` (not included); label 0 wipes. */
  paint(start: number, end: number, label: number): void {
    const at = this.#count;
    if (at === this.#starts.length) this.#grow();
    this.#apart &&= at === 0 || start >= (this.#ends[at - 1] as number);
    this.#starts[at] = start;
    this.#ends[at] = end;
    this.#labels[at] = label;
    this.#count++;
  }

  /** Hands over what shows, and is empty again. */
  finish(column: number, builder: RunMaskBuilder): void {
    if (this.#apart) {
      for (let i = 0; i < this.#count; i++) {
        const label = this.#labels[i] as number;
        if (label !== 0) builder.push(column, this.#starts[i] as number, this.#ends[i] as number, label);
      }
    } else {
      this.#sweep(column, builder);
    }
    this.#count = 0;
    this.#apart = true;
  }

  /** From the top down, with the runs that cover a row in a heap: the last painted is its top. */
  #sweep(column: number, builder: RunMaskBuilder): void {
    const [starts, ends] = [this.#starts, this.#ends];
    const order = this.#sorted();
    const covering = this.#covering;
    let next = 0;
    let y = 0;
    while (next < order.length || covering.length > 0) {
      if (covering.length === 0) y = starts[order[next] as number] as number;
      for (; next < order.length && (starts[order[next] as number] as number) <= y; next++) {
        pushHeap(covering, order[next] as number);
      }
      const top = covering[0] as number;
      const end = ends[top] as number;
      if (end <= y) {
        popHeap(covering);
        continue;
      }
      const stop = next < order.length ? Math.min(end, starts[order[next] as number] as number) : end;
      const label = this.#labels[top] as number;
      if (label !== 0) builder.push(column, y, stop, label);
      y = stop;
    }
  }

  /** The runs by where they start, those that start together in the order of painting. */
  #sorted(): Uint32Array {
    const [starts, order] = [this.#starts, this.#order.subarray(0, this.#count)];
    for (let i = 0; i < order.length; i++) order[i] = i;
    if (order.length > FEW) return order.sort((a, b) => (starts[a] as number) - (starts[b] as number));
    for (let i = 1; i < order.length; i++) {
      const start = starts[i] as number;
      let at = i;
      for (; at > 0 && (starts[order[at - 1] as number] as number) > start; at--) order[at] = order[at - 1] as number;
      order[at] = i;
    }
    return order;
  }

  #grow(): void {
    const length = this.#count * 2;
    this.#order = new Uint32Array(length);
    const [starts, ends, labels] = [new Int32Array(length), new Int32Array(length), new Uint8Array(length)];
    starts.set(this.#starts);
    ends.set(this.#ends);
    labels.set(this.#labels);
    [this.#starts, this.#ends, this.#labels] = [starts, ends, labels];
  }
}

/** A binary heap whose first entry is the largest. */
function pushHeap(heap: number[], value: number): void {
  let at = heap.length;
  heap.push(value);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if ((heap[parent] as number) >= value) break;
    heap[at] = heap[parent] as number;
    at = parent;
  }
  heap[at] = value;
}

function popHeap(heap: number[]): void {
  const value = heap.pop() as number;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as number) > (heap[child] as number)) child++;
    if ((heap[child] as number) <= value) break;
    heap[at] = heap[child] as number;
    at = child;
  }
  heap[at] = value;
}
