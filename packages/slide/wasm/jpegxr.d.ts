/** jxrlib, Microsoft's library for JPEG XR, with its WebAssembly inside; made by ../scripts/embed-codecs.mjs. */
export interface JpegXrImage {
  readonly width: number;
  readonly height: number;
  readonly pixelInfo: { readonly channels: number; readonly bitsPerPixel: number; readonly bgr: boolean };
  /** A copy: rows without padding, samples as the stream's pixel format has them, of more than 8 bits little-endian. */
  readonly bytes: Uint8Array;
}

export interface JpegXr {
  /** @throws for what cannot be decoded */
  decode(file: Uint8Array): JpegXrImage;
}

export function start(options: { print(text: string): void; printErr(text: string): void }): Promise<JpegXr>;
