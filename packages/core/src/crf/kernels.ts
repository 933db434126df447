/**
 * The compiled inner loops, and the memory that they work in. WebAssembly because with vectors of four numbers it is several times
 * as fast as plain JavaScript, in Node and in browsers alike (docs/crf.md has the figures).
 */
import { FtuError } from '../errors.js';
import { compileKernels, KernelMemory } from '../wasm/kernel-memory.js';
import { kernelCode } from './kernel-code.js';

type FourPlanes = readonly [number, number, number, number];

/** What packages/core/assembly exports and documents. Addresses are in bytes. WebAssembly takes numbers only, hence the many arguments. */
export interface Kernels {
  freeFrom(): number;
  logits(probabilities: number, out: number, count: number): number;
  binaryMarginals(z: number, out: number, count: number, share: number): void;
  classMarginals(z: number, out: number, plane: number, classes: number, count: number, share: number): void;
  inverseRoots(values: number, count: number): void;
  bandRows(): number;
  gaussian(
    d: number,
    base: number,
    z: number,
    height: number,
    stride: number,
    compat: number,
    taps: number,
    radius: number,
    across: number,
    down: number,
    band: number,
    pitch: number,
    row: number,
    margin: number,
  ): void;
  openTable(slots: number, bits: number, keys: number): void;
  growTable(slots: number, bits: number, keys: number): void;
  addPixels(
    rgb: number,
    across: number,
    second: number,
    width: number,
    stride: number,
    frame: number,
    out: number,
  ): number;
  neighbours(steps: number, out: number, listBytes: number): void;
  splat(d: number, normalisation: number, quads: number, values: number, count: number): void;
  blur(values: number, out: number, neighbours: number, vertices: number): void;
  slice(
    values: number,
    quads: number,
    normalisation: number,
    base: number,
    z: number,
    count: number,
    factor: number,
  ): void;
  splat4(...args: [...d: FourPlanes, normalisation: number, quads: number, values: number, count: number]): void;
  blur4(values: number, out: number, neighbours: number, vertices: number): void;
  slice4(
    ...args: [
      values: number,
      quads: number,
      normalisation: number,
      ...base: FourPlanes,
      ...z: FourPlanes,
      count: number,
      factor: number,
    ]
  ): void;
}

let compiled: object | undefined;

function compile(): object {
  try {
    return compileKernels(kernelCode);
  } catch (cause) {
    throw new FtuError('unavailable', 'this JavaScript engine has no WebAssembly with 128-bit vectors', {
      subject: 'crf',
      hint: 'use Node 16, Chrome 91, Firefox 89, Safari 16.4 or newer',
      cause,
    });
  }
}

const tooLarge = (megabytes: number, cause: unknown): FtuError =>
  new FtuError('unavailable', `no memory of ${megabytes} MB for an image of that size`, {
    subject: 'crf',
    hint: 'cut it into blocks that overlap by crfHalo',
    cause,
  });

/** One instance of the kernels with memory that grows as needed and is taken from front to back. Views hold until the next `allocate`. */
export class Workspace extends KernelMemory<Kernels> {
  #next: number;

  /** @throws FtuError `unavailable` where the engine cannot run the kernels */
  constructor() {
    compiled ??= compile();
    super(compiled);
    this.#next = this.kernels.freeFrom();
  }

  /** Takes all memory back, for the next image; what is in it stays there. */
  reset(): void {
    this.#next = this.kernels.freeFrom();
  }

  /**
   * Address of so many bytes, at a multiple of 64, with anything in them.
   * @throws FtuError `unavailable` when there is no such memory
   */
  allocate(bytes: number): number {
    const address = Math.ceil(this.#next / 64) * 64;
    this.reserve(address + bytes, tooLarge);
    this.#next = address + bytes;
    return address;
  }
}
