/** libjpeg-turbo behind its TurboJPEG interface, with its WebAssembly inside; made by ../scripts/embed-codecs.mjs. */
export interface TurboDecoder {
  /** Room for a stream of that many bytes, in the library's memory: valid until the next call. */
  getEncodedBuffer(bytes: number): Uint8Array;
  /** A copy of the pixels: grey or RGB, as large as the stream's frame; empty before `decode`, and where the header cannot be read. */
  getDecodedBuffer(): Uint8ClampedArray;
  /** @throws a number, for what cannot be decoded and for what is worth a warning */
  decode(): void;
  delete(): void;
}

export interface TurboJpeg {
  readonly JPEGDecoder: new () => TurboDecoder;
}

export function start(options: { print(text: string): void; printErr(text: string): void }): Promise<TurboJpeg>;
