/** Types of ndpi-builder.mjs for tests in TypeScript. */
import type { Coding, Pixels } from './jpeg-encoder.mjs';

/** TIFF type and values, and a count that is not theirs. */
export type TagValues = readonly [
  type: number,
  values: readonly (number | readonly [number, number])[],
  count?: number,
];
export interface PageOptions {
  /** Magnification; -1 the macro picture, -2 the map. */
  readonly lens?: number;
  /** Focal plane, nanometres. */
  readonly plane?: number;
  readonly pixelsPerCentimetre?: number;
  /** What tag 65426 says, where it is not the truth; undefined leaves it out. */
  readonly listed?: readonly number[] | undefined;
  /** Replaces tags; null leaves one out. */
  readonly tags?: Readonly<Record<number, TagValues | null>>;
}
export interface NdpiPage extends PageOptions {
  readonly width: number;
  readonly height: number;
  readonly sampling?: readonly [number, number];
  readonly jpeg: Uint8Array;
  readonly starts: readonly number[];
}
export function jpegPage(
  picture: Pixels,
  options?: Partial<Coding> & PageOptions & { readonly stated?: readonly [number, number]; readonly remark?: string },
): NdpiPage;
export function buildNdpi(pages: readonly NdpiPage[]): Uint8Array<ArrayBuffer>;
export function writeNdpi(
  path: string,
  pages: readonly NdpiPage[],
  options?: { readonly from?: number },
): Promise<void>;
