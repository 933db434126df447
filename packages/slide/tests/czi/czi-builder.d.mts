/** What `czi-builder.mjs` makes. */
import type { Samples } from './pictures.mjs';

export interface CziBlock {
  /** Level-0 pixels; may be negative. */
  readonly x: number;
  readonly y: number;
  /** As stored, red first. */
  readonly picture: Samples;
  /** Level-0 pixels across and down, where the picture is a reduced one. */
  readonly size?: readonly [number, number];
  /** `parted`: Zstandard with the low bytes of all samples before the high ones. */
  readonly compression?: 'none' | 'zstd0' | 'zstd1' | 'parted' | 'jpeg-xr';
  /** In place of the encoded picture. */
  readonly data?: Uint8Array;
  /** Other dimensions by their letter: `S`, `M`, `C`, `Z`, `T`. */
  readonly at?: Readonly<Record<string, number>>;
  readonly metadata?: string;
}

export interface CziOptions {
  readonly xml?: string;
  readonly attachments?: readonly { readonly name: string; readonly kind: string; readonly bytes: Uint8Array }[];
  readonly filePart?: number;
  /** Of every sub-block. */
  readonly blockPart?: number;
  readonly isPending?: boolean;
  /** A Zstandard frame of the bytes. */
  readonly compress?: (bytes: Uint8Array) => Uint8Array;
}

export function buildCzi(blocks: readonly CziBlock[], options?: CziOptions): Uint8Array;
export function blueFirst(picture: Samples): Uint8Array;
export function xmlOf(options?: {
  readonly microns?: number;
  readonly magnification?: number;
  readonly width?: number;
  readonly height?: number;
  readonly bits?: number;
  readonly contrast?: string;
  readonly channels?: number;
}): string;
