/**
 * Averaging rows as they arrive, where the runtime decides how: core's box filter everywhere, a native one in Node.
 */
import { type AreaAxis, AreaStream } from '@ftuseg/core';

export interface Shrinker {
  /** Takes the next rows, which must not change until it is done; output rows are then in `out`. */
  push(data: Uint8Array, rows: number): void | Promise<void>;
}

/**
 * @param out 8-bit samples, `down.to` rows of `across.to` pixels, interleaved
 */
export type MakeShrinker = (across: AreaAxis, down: AreaAxis, channels: number, out: Uint8Array) => Shrinker;

/** The box filter in TypeScript. */
export const areaShrinker: MakeShrinker = (across, down, channels, out) =>
  new AreaStream(across, down, channels, (row, y) => out.set(row, y * row.length));
