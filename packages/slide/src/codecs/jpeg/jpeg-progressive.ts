/**
 * One scan of a progressive JPEG, walked without keeping coefficients: of each only whether it is zero, which decides how many bits its
 * refinements take. Source: ITU-T T.81, annex G.
 */
import type { BitReader } from './jpeg-bits.js';
import type { Component } from './jpeg-component.js';
import type { Lookup } from './jpeg-tables.js';

export class ProgressiveScan {
  readonly #bits: BitReader;
  readonly #start: number;
  readonly #end: number;
  readonly #high: number;
  readonly #low: number;
  readonly #blocks: number;
  /** Blocks still to come whose coefficients are all zero. */
  #run = 0;

  /**
   * @param parameters first coefficient, last coefficient, bits before and after this scan
   * @param blocks of a scan of one component
   */
  constructor(bits: BitReader, parameters: Uint8Array, blocks: number) {
    const [start = 0, end = 0, approximation = 0] = parameters;
    if (start > end || end > 63) throw new Error('a scan has impossible coefficients');
    this.#bits = bits;
    this.#start = start;
    this.#end = end;
    this.#high = approximation >> 4;
    this.#low = approximation & 15;
    this.#blocks = blocks;
  }

  begin(component: Component): void {
    component.missing.fill(this.#low, this.#start, this.#end + 1);
    if (this.#start > 0 && component.nonZero?.length !== 2 * this.#blocks) {
      component.nonZero = new Uint32Array(2 * this.#blocks);
    }
  }

  restart(): void {
    this.#run = 0;
  }

  /** @param index of the block in its component, where the scan is of one component */
  block({ nonZero }: Component, index: number, dc: Lookup | undefined, ac: Lookup | undefined): void {
    if (this.#start === 0) {
      if (this.#high > 0) this.#bits.skip(1);
      else if (dc === undefined) throw new Error('a Huffman table is missing');
      else this.#bits.skip(this.#bits.symbol(dc));
      return;
    }
    if (ac === undefined || nonZero === undefined) throw new Error('a Huffman table is missing');
    if (this.#high === 0) this.#first(ac, nonZero, 2 * index);
    else this.#refine(ac, nonZero, 2 * index);
  }

  #first(ac: Lookup, nonZero: Uint32Array, at: number): void {
    if (this.#run > 0) {
      this.#run--;
      return;
    }
    for (let k = this.#start; k <= this.#end; k++) {
      const symbol = this.#bits.symbol(ac);
      const [run, size] = [symbol >> 4, symbol & 15];
      if (size === 0 && run < 15) {
        this.#run = (1 << run) + this.#bits.read(run) - 1;
        return;
      }
      k += run;
      if (size === 0) continue;
      this.#bits.skip(size);
      if (k < 64) mark(nonZero, at, k);
    }
  }

  #refine(ac: Lookup, nonZero: Uint32Array, at: number): void {
    let k = this.#start;
    while (this.#run === 0 && k <= this.#end) {
      const symbol = this.#bits.symbol(ac);
      let run = symbol >> 4;
      const size = symbol & 15;
      if (size > 1) throw new Error('it has a code that does not exist');
      if (size === 1) this.#bits.skip(1);
      else if (run < 15) {
        this.#run = (1 << run) + this.#bits.read(run);
        break;
      }
      for (; k <= this.#end; k++) {
        if (isMarked(nonZero, at, k)) this.#bits.skip(1);
        else if (--run < 0) break;
      }
      if (size === 1 && k <= this.#end) mark(nonZero, at, k);
      k++;
    }
    if (this.#run === 0) return;
    for (; k <= this.#end; k++) if (isMarked(nonZero, at, k)) this.#bits.skip(1);
    this.#run--;
  }
}

function mark(nonZero: Uint32Array, at: number, k: number): void {
  nonZero[at + (k >> 5)] = (nonZero[at + (k >> 5)] as number) | (1 << (k & 31));
}

const isMarked = (nonZero: Uint32Array, at: number, k: number): boolean =>
  (((nonZero[at + (k >> 5)] as number) >>> (k & 31)) & 1) === 1;
