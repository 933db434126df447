/** Where the maps of a network lie, for an image of one size. */
import { Arena } from './arena.js';
import { padded } from './pack.js';

/** Bytes of a number. */
export const FLOAT = 4;

/** A convolution's side of the result. */
export const convolvedSide = (size: number, before: number, after: number, kernel: number, stride: number): number =>
  Math.floor((size + before + after - kernel) / stride) + 1;

/** A map in memory: its pixels row by row, each `bytes` long. */
export interface Placed {
  readonly address: number;
  readonly height: number;
  readonly width: number;
  readonly bytes: number;
}

export class Layout {
  readonly #arena: Arena;
  readonly #maps = new Map<string, Placed>();
  readonly #scratch: number[] = [];

  /** @param start of the memory that is free */
  constructor(start: number) {
    this.#arena = new Arena(start);
  }

  /** The first byte beyond everything. */
  get end(): number {
    return this.#arena.end;
  }

  /** @throws {RangeError} for a map that was not placed */
  map(name: string): Placed {
    const map = this.#maps.get(name);
    if (map === undefined) throw new RangeError(`there is no map ${name}`);
    return map;
  }

  place(name: string, size: { readonly height: number; readonly width: number; readonly channels: number }): Placed {
    const { height, width, channels } = size;
    const bytes = padded(channels) * FLOAT;
    const map = { address: this.#arena.take(height * width * bytes), height, width, bytes };
    this.#maps.set(name, map);
    return map;
  }

  /** The map is needed no more. */
  free(name: string): void {
    this.#arena.giveBack(this.map(name).address);
  }

  /** Memory until the end of the step. */
  scratch(bytes: number): number {
    const address = this.#arena.take(bytes);
    this.#scratch.push(address);
    return address;
  }

  endStep(): void {
    for (const address of this.#scratch.splice(0)) this.#arena.giveBack(address);
  }

  /** Memory that is never given back. */
  keep(bytes: number): number {
    return this.#arena.take(bytes);
  }
}
