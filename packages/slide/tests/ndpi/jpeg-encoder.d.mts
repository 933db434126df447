/** Types of jpeg-encoder.mjs for tests in TypeScript. */
export interface Coding {
  readonly sampling: readonly [across: number, down: number];
  /** The one quantisation step. */
  readonly step: number;
  /** Units between two restart markers; 0: there are none. */
  readonly interval: number;
}
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
export function jpegHeader(
  options: Coding & {
    readonly width: number;
    readonly height: number;
    readonly stated?: readonly [width: number, height: number];
    readonly remark?: string;
  },
): Uint8Array;
export function encodeUnits(
  picture: Pixels,
  coding: Omit<Coding, 'interval'>,
  units: readonly (readonly [column: number, row: number])[],
): Uint8Array;
export function encodeIntervals(picture: Pixels, coding: Coding): Uint8Array[];
export function joinJpeg(
  header: Uint8Array,
  intervals: readonly Uint8Array[],
): { readonly jpeg: Uint8Array<ArrayBuffer>; readonly starts: number[] };
