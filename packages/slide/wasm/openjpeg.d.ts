/** OpenJPEG with its WebAssembly inside; made by ../scripts/embed-codecs.mjs. */
export interface OpenJpegDecoder {
  /** Room for a codestream of that many bytes, in the library's memory: valid until the next call. */
  getEncodedBuffer(bytes: number): Uint8Array;
  /** A copy. */
  getDecodedBuffer(): Uint8ClampedArray;
  /** @throws a number, for what cannot be decoded */
  decode(): void;
  delete(): void;
}

export interface OpenJpeg {
  readonly J2KDecoder: new () => OpenJpegDecoder;
}

export function start(options: { print(text: string): void; printErr(text: string): void }): Promise<OpenJpeg>;
