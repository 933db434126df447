/** libwebp with its WebAssembly inside; made by ../scripts/embed-codecs.mjs. */
export interface LibWebp {
  /** RGB and opacity; null for what cannot be decoded. */
  decode(
    stream: Uint8Array,
  ): { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number } | null;
}

export function start(options: { print(text: string): void; printErr(text: string): void }): Promise<LibWebp>;
