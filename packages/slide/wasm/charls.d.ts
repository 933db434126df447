/** CharLS with its WebAssembly inside; made by ../scripts/embed-codecs.mjs. */
export interface JpegLsDecoder {
  /** Room for a stream of that many bytes, in the library's memory: valid until the next call. */
  getEncodedBuffer(bytes: number): Uint8Array;
  /** A copy. */
  getDecodedBuffer(): Uint8ClampedArray;
  /** @throws for what cannot be decoded */
  decode(): void;
  /** 0: one plane after the other; 1 and 2: pixel by pixel. */
  getInterleaveMode(): number;
  delete(): void;
}

export interface CharLs {
  readonly JpegLSDecoder: new () => JpegLsDecoder;
}

export function start(options: { print(text: string): void; printErr(text: string): void }): Promise<CharLs>;
