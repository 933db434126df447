/** WebAssembly that travels as text in the sources (scripts/kernels.mjs writes it), and memory for it that grows. */
import type { FtuError } from '../errors.js';

/** The part of the platform's WebAssembly and base64 that is used: TypeScript knows both only as the DOM's. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Memory: new (size: { readonly initial: number }) => Memory;
  readonly Instance: new <Exports>(
    module: object,
    imports: { readonly env: { readonly memory: Memory } },
  ) => { readonly exports: Exports };
};
declare const atob: (base64: string) => string;

const PAGE = 65536;

/**
 * @param base64 a module that imports `env.memory`
 * @throws whatever the engine throws at a module with an instruction that it does not know
 * @example
 * const kernels = new KernelMemory<{ freeFrom(): number }>(compileKernels(code)).kernels;
 */
export const compileKernels = (base64: string): object =>
  new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));

/** An instance of a module with memory of its own. */
export class KernelMemory<Kernels> {
  readonly kernels: Kernels;
  readonly #memory: Memory = new WebAssembly.Memory({ initial: 1 });

  /** @param module what `compileKernels` gave, with the exports `Kernels` */
  constructor(module: object) {
    this.kernels = new WebAssembly.Instance<Kernels>(module, { env: { memory: this.#memory } }).exports;
  }

  /**
   * Makes the memory reach to an address; 4 GB is the most that WebAssembly addresses. Views made before see no more than they did.
   * @param refusal the error where there is no such memory, of so many megabytes
   * @throws {FtuError} that error
   */
  reserve(end: number, refusal: (megabytes: number, cause: unknown) => FtuError): void {
    const missing = Math.ceil((end - this.#memory.buffer.byteLength) / PAGE);
    if (missing <= 0) return;
    try {
      this.#memory.grow(missing);
    } catch (cause) {
      throw refusal(Math.ceil(end / 1e6), cause);
    }
  }

  /** As the other views, valid until the memory grows. @param address bytes */
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
