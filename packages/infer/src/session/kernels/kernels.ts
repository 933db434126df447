/** The compiled inner loops of networks, and the memory that they work in. */
import { compileKernels, FtuError, KernelMemory } from '@ftuseg/core';
import { plainCode } from './plain-code.js';
import { relaxedCode } from './relaxed-code.js';

/** How values are finished, as the kernels take it: kept within bounds, and then nothing (0), the sigmoid (1) or SiLU (2). */
export type Finish = readonly [kind: 0 | 1 | 2, low: number, high: number];

/** Values stay as they are. */
export const unfinished: Finish = [0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** What packages/infer/assembly exports and documents. Addresses and pitches are in bytes. */
export interface NetworkKernels {
  freeFrom(): number;
  /** Six rows of a matrix at a time, else four. */
  takeSix(on: boolean): void;
  multiply(
    left: number,
    leftPitch: number,
    right: number,
    panelRows: number,
    firstRow: number,
    bias: number,
    out: number,
    outPitch: number,
    rows: number,
    depth: number,
    columns: number,
    ...finish: Finish
  ): void;
  multiplyQuarters(
    left: number,
    leftPitch: number,
    right: number,
    sums: number,
    bias: number,
    out: number,
    outPitch: number,
    rows: number,
    depth: number,
    columns: number,
    scratch: number,
    ...finish: Finish
  ): void;
  /** Of `scratch`. */
  quartersBytes(depth: number, columns: number): number;
  splitTiles(
    pixels: number,
    source: number,
    pixelBytes: number,
    height: number,
    width: number,
    top: number,
    left: number,
    shift: number,
    first: number,
    count: number,
    across: number,
    channelBytes: number,
    planes: number,
    tilePitch: number,
    planePitch: number,
    zeros: number,
  ): void;
  splitEnlarged(
    pixels: number,
    source: number,
    pixelBytes: number,
    height: number,
    width: number,
    first: number,
    count: number,
    across: number,
    channelBytes: number,
    planes: number,
    tilePitch: number,
    planePitch: number,
    zeros: number,
  ): void;
  joinTiles(
    pixels: number,
    planes: number,
    planePitch: number,
    bias: number,
    out: number,
    height: number,
    width: number,
    first: number,
    count: number,
    across: number,
    channelBytes: number,
    ...finish: Finish
  ): void;
  narrow(
    source: number,
    height: number,
    width: number,
    channelBytes: number,
    lines: number,
    weights: number,
    bias: number,
    out: number,
    outputs: number,
    ...finish: Finish
  ): void;
  depthwise(
    source: number,
    framedWidth: number,
    weights: number,
    bias: number,
    out: number,
    height: number,
    width: number,
    channelBytes: number,
    kernel: number,
    stride: number,
    ...finish: Finish
  ): void;
  largest(source: number, framedWidth: number, out: number, height: number, width: number, channelBytes: number): void;
  frame(
    source: number,
    height: number,
    width: number,
    channelBytes: number,
    top: number,
    left: number,
    bottom: number,
    right: number,
    out: number,
  ): void;
  windows(
    source: number,
    framedWidth: number,
    channelBytes: number,
    kernel: number,
    stride: number,
    width: number,
    first: number,
    count: number,
    out: number,
  ): void;
  mean(source: number, pixels: number, channelBytes: number, out: number): void;
  scale(source: number, factors: number, pixels: number, channelBytes: number, out: number): void;
  groupNorm(
    source: number,
    pixels: number,
    channelBytes: number,
    groupBytes: number,
    factors: number,
    summands: number,
    epsilon: number,
    out: number,
    ...finish: Finish
  ): void;
  stretch(source: number, height: number, width: number, channelBytes: number, factor: number, out: number): void;
  add(a: number, b: number, bytes: number, out: number, ...finish: Finish): void;
  place(
    source: number,
    channelBytes: number,
    height: number,
    width: number,
    shift: number,
    out: number,
    outPixelBytes: number,
  ): void;
  channelsLast(planes: number, pixels: number, channels: number, channelBytes: number, out: number): void;
  channelsFirst(source: number, pixels: number, channels: number, channelBytes: number, planes: number): void;
}

let compiled: object | undefined;

/** The fastest module that this engine knows: some have no relaxed SIMD, which rounds a product and its sum once. */
function compile(): object | undefined {
  for (const code of [relaxedCode, plainCode]) {
    try {
      return compileKernels(code);
    } catch {
      // The next one needs less.
    }
  }
  return undefined;
}

/** An instance of the kernels: the weights of a network, and behind them memory for its maps. */
export class NetworkMemory extends KernelMemory<NetworkKernels> {
  readonly #subject: string;
  /** The first byte that nothing was put into. */
  #end: number;

  private constructor(module: object, subject: string) {
    super(module);
    this.#subject = subject;
    this.#end = this.kernels.freeFrom();
  }

  /** @returns undefined where the engine has no WebAssembly with 128-bit vectors */
  static open(subject: string): NetworkMemory | undefined {
    compiled ??= compile();
    return compiled === undefined ? undefined : new NetworkMemory(compiled, subject);
  }

  /** Puts numbers behind everything that was put before. @returns their address, a multiple of 64 @throws {FtuError} as `reach` */
  put(numbers: Float32Array): number {
    const address = this.freeFrom;
    this.reach(address + numbers.byteLength);
    this.floats(address, numbers.length).set(numbers);
    this.#end = address + numbers.byteLength;
    return address;
  }

  /** Behind everything that was put, a multiple of 64. */
  get freeFrom(): number {
    return Math.ceil(this.#end / 64) * 64;
  }

  /** As `reserve`, with an error of the network. @throws {FtuError} `unavailable` where there is no such memory */
  reach(end: number): void {
    this.reserve(
      end,
      (megabytes, cause) =>
        new FtuError('unavailable', `no memory of ${megabytes} MB for the network`, {
          subject: this.#subject,
          hint: 'use smaller tiles',
          cause,
        }),
    );
  }
}
