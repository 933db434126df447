/** Packs objects as they come, in whatever order and number, into chunks of neighbours and an index. */
import { FtuError } from '@ftuseg/core';
import { COORDINATE_STEPS } from '../protocol/objects.js';
import { ChunkBuilder, type PackedChunk } from './chunk-builder.js';
import { ObjectEncoder, type ObjectToPack } from './encode-object.js';
import { HILBERT_SIDE, hilbertKey } from './hilbert.js';
import { ObjectRows } from './object-rows.js';
import { memoryRun, mergeRuns, SortedRun, type Spill } from './vertex-runs.js';
import { WordList } from './word-list.js';
import { writeIndex } from './write-index.js';

/** Words of corners that are kept until they are put away: 64 MB. */
const MAX_RUN_WORDS = 1 << 24;
const MAX_CLASSES = 255;

export interface OutlineBuilderOptions {
  /** Level-0 pixels of the slide. */
  readonly width: number;
  readonly height: number;
  /** Classes that come first, in this order; others are appended as they are met. */
  readonly classes?: readonly string[] | undefined;
  /** Where corners go that do not fit in `runWords`; default: they stay in memory. */
  readonly spill?: Spill | undefined;
  /** Default: 16.8 million, 64 MB. */
  readonly runWords?: number | undefined;
}

export class OutlineBuilder {
  readonly #rows = new ObjectRows();
  readonly #encoder = new ObjectEncoder();
  readonly #classes = new Map<string, number>();
  readonly #runs: SortedRun[] = [];
  readonly #runWords: number;
  /** Records since the last run, and the rows they belong to. */
  #words = new WordList();
  #firstRow = 0;
  #leftOut = 0;
  #emptyRings = 0;

  constructor(readonly options: OutlineBuilderOptions) {
    this.#runWords = options.runWords ?? MAX_RUN_WORDS;
    for (const name of options.classes ?? []) this.#classNumber(name);
  }

  /** Whether `flush` is due. */
  get full(): boolean {
    return this.#words.length >= this.#runWords;
  }

  /** @throws FtuError `unsupported` for more than 255 classes */
  add({ id, class: name, polygons, probability, area }: ObjectToPack): void {
    const encoded = this.#encoder.encode(polygons);
    if (encoded === undefined) {
      this.#leftOut++;
      return;
    }
    const { words, box, emptyRings } = encoded;
    this.#emptyRings += emptyRings;
    const classNumber = this.#classNumber(name);
    this.#rows.push(id, {
      key: this.#keyOf(box),
      classNumber,
      area: area ?? encoded.area,
      probability: probability ?? Number.NaN,
      box,
      length: words.length,
    });
    this.#words.push(words);
  }

  /** Puts away what came since the last time. */
  async flush(): Promise<void> {
    const rows = this.#rows;
    const [first, count] = [this.#firstRow, rows.count - this.#firstRow];
    if (count === 0) return;
    const starts = new Float64Array(count);
    for (let i = 1; i < count; i++) starts[i] = (starts[i - 1] as number) + (rows.lengths[first + i - 1] as number);
    const order = Uint32Array.from({ length: count }, (_, i) => first + i);
    const keys = rows.keys;
    order.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
    const { words } = this.#words;
    const { lengths } = rows;
    function* records(): Generator<Int32Array> {
      for (const row of order) {
        const start = starts[row - first] as number;
        yield words.subarray(start, start + (lengths[row] as number));
      }
    }
    const { spill } = this.options;
    const kept = spill === undefined ? memoryRun(records()) : await spill.keep(records());
    this.#runs.push(new SortedRun(order, lengths, kept));
    // A run in memory keeps the words themselves.
    if (spill === undefined) this.#words = new WordList();
    else this.#words.clear();
    this.#firstRow = rows.count;
  }

  /**
   * The chunks one after another; when they are through, `index` gives the index. Call it once.
   * @returns each chunk is the caller's
   */
  async *chunks(): AsyncGenerator<PackedChunk> {
    await this.flush();
    this.#words = new WordList();
    const builder = new ChunkBuilder(this.#rows);
    for await (const { row, words } of mergeRuns(this.#runs, this.#rows.keys)) {
      if (builder.isFull(words)) yield this.#emit(builder);
      builder.add(row, words);
    }
    if (!builder.isEmpty) yield this.#emit(builder);
  }

  readonly #order: number[] = [];
  readonly #packed: Omit<PackedChunk, 'buffer'>[] = [];

  #emit(builder: ChunkBuilder): PackedChunk {
    for (const row of builder.rows) this.#order.push(row);
    const packed = builder.finish();
    const { buffer, ...facts } = packed;
    this.#packed.push(facts);
    return packed;
  }

  /**
   * @param notes sentences that the index keeps
   * @returns see `readIndex`
   */
  index(notes: readonly string[] = []): ArrayBuffer {
    const { width, height } = this.options;
    return writeIndex(this.#rows, {
      width,
      height,
      order: this.#order,
      chunks: this.#packed,
      classes: [...this.#classes.keys()],
      leftOut: this.#leftOut,
      emptyRings: this.#emptyRings,
      notes,
    });
  }

  #classNumber(name: string): number {
    const known = this.#classes.get(name);
    if (known !== undefined) return known;
    if (this.#classes.size === MAX_CLASSES) {
      throw new FtuError('unsupported', `there are more than ${MAX_CLASSES} classes`, {
        hint: 'give the objects fewer classes',
      });
    }
    this.#classes.set(name, this.#classes.size);
    return this.#classes.size - 1;
  }

  /** Of the middle of the box, on a square over the slide. */
  #keyOf([left, top, right, bottom]: readonly [number, number, number, number]): number {
    const side = Math.max(this.options.width, this.options.height, 1) * COORDINATE_STEPS;
    const cell = (twice: number): number =>
      Math.max(0, Math.min(HILBERT_SIDE - 1, Math.floor((twice / 2 / side) * HILBERT_SIDE)));
    return hilbertKey(cell(left + right), cell(top + bottom));
  }
}
