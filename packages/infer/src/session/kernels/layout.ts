/** Where the maps of a network lie, for images of one size. */
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
  /** Bytes from the map of an image to that of the next; 0 where images take turns in one place. */
  readonly step: number;
}

/** Where a map of an image lies. */
export const addressOf = (map: Placed, image: number): number => map.address + image * map.step;

interface Size {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Maps of which every image has its own lie in one part of the memory, and those in which images take turns in another, behind it: an image must not write
 * over what is kept of the next.
 */
export class Layout {
  readonly #kept: Arena;
  readonly #turns: Arena;
  readonly #maps = new Map<string, Placed>();
  readonly #scratch: number[] = [];

  /**
   * @param images that every kept map is for
   * @param isKept whether every image has its own of a map, by its name
   */
  constructor(
    where: { readonly kept: number; readonly turns: number },
    readonly images: number,
    private readonly isKept: (name: string) => boolean,
  ) {
    this.#kept = new Arena(where.kept);
    this.#turns = new Arena(where.turns);
  }

  /** The first byte beyond all kept maps. */
  get keptEnd(): number {
    return this.#kept.end;
  }

  /** The first byte beyond everything. */
  get end(): number {
    return Math.max(this.#kept.end, this.#turns.end);
  }

  /** @throws {RangeError} for a map that was not placed */
  map(name: string): Placed {
    const map = this.#maps.get(name);
    if (map === undefined) throw new RangeError(`there is no map ${name}`);
    return map;
  }

  place(name: string, { height, width, channels }: Size): Placed {
    const bytes = padded(channels) * FLOAT;
    const own = height * width * bytes;
    const map = this.isKept(name)
      ? { address: this.#kept.take(own * this.images), height, width, bytes, step: own }
      : { address: this.#turns.take(own), height, width, bytes, step: 0 };
    this.#maps.set(name, map);
    return map;
  }

  /** The map is needed no more. */
  free(name: string): void {
    const arena = this.isKept(name) ? this.#kept : this.#turns;
    arena.giveBack(this.map(name).address);
  }

  /** Memory until the end of the step. */
  scratch(bytes: number): number {
    const address = this.#turns.take(bytes);
    this.#scratch.push(address);
    return address;
  }

  endStep(): void {
    for (const address of this.#scratch.splice(0)) this.#turns.giveBack(address);
  }

  /** Memory that is never given back. */
  keep(bytes: number): number {
    return this.#kept.take(bytes);
  }
}
