/**
 * The compiled inner loops, and the memory that they work in. WebAssembly because with vectors of four numbers it is several times
 * as fast as plain JavaScript, in Node and in browsers alike (docs/crf.md has the figures).
 */
import { FtuError } from '../errors.js';
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

/** The part of the platform's WebAssembly and base64 that is used: TypeScript knows both only as the DOM's. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Memory: new (size: { readonly initial: number }) => Memory;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: Memory } },
  ) => { readonly exports: Kernels };
};
declare const atob: (base64: string) => string;

const PAGE = 65536;
let compiled: object | undefined;

function compile(): object {
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(kernelCode), (character) => character.charCodeAt(0)));
  } catch (cause) {
    throw new FtuError('unavailable', 'this JavaScript engine has no WebAssembly with 128-bit vectors', {
      subject: 'crf',
      hint: 'use Node 16, Chrome 91, Firefox 89, Safari 16.4 or newer',
      cause,
    });
  }
}

/** One instance of the kernels with memory that grows as needed and is taken from front to back. */
export class Workspace {
  readonly kernels: Kernels;
  readonly #memory: Memory = new WebAssembly.Memory({ initial: 1 });
  #next: number;

  /** @throws FtuError `unavailable` where the engine cannot run the kernels */
  constructor() {
    compiled ??= compile();
    this.kernels = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } }).exports;
    this.#next = this.kernels.freeFrom();
  }

  /** Takes all memory back, for the next image; what is in it stays there. */
  reset(): void {
    this.#next = this.kernels.freeFrom();
  }

  /**
   * Address of so many bytes, at a multiple of 64, with anything in them. Views made before see no more than they did.
   * @throws FtuError `unavailable` when there is no such memory; 4 GB is the most that WebAssembly addresses
   */
  allocate(bytes: number): number {
    const address = Math.ceil(this.#next / 64) * 64;
    const end = address + bytes;
    const missing = Math.ceil((end - this.#memory.buffer.byteLength) / PAGE);
    if (missing > 0) {
      try {
        this.#memory.grow(missing);
      } catch (cause) {
        throw new FtuError('unavailable', `no memory of ${Math.ceil(end / 1e6)} MB for an image of that size`, {
          subject: 'crf',
          hint: 'cut it into blocks that overlap by crfHalo',
          cause,
        });
      }
    }
    this.#next = end;
    return address;
  }

  /** The views hold until the next `allocate`. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, length);
  }

  ints(address: number, length: number): Int32Array {
    return new Int32Array(this.#memory.buffer, address, length);
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, address, length);
  }
}
