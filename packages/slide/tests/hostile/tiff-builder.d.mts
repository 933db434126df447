/** Types of tiff-builder.mjs for tests in TypeScript. */
export function buildTiff(options: {
  readonly little?: boolean;
  readonly big?: boolean;
  readonly tags: readonly {
    readonly tag: number;
    readonly type: number;
    readonly values: readonly number[] | Uint8Array | 'blocks';
    readonly count?: number;
    readonly offset?: number;
  }[];
  readonly blocks?: readonly Uint8Array[];
  readonly next?: number;
}): Uint8Array<ArrayBuffer>;
