/** What is kept of a component of a JPEG while its samples are counted. */

export interface Component {
  readonly id: number;
  readonly across: number;
  readonly down: number;
  /** Bits of each coefficient that are still to come; -1 where none has come. Progressive streams only. */
  readonly missing: Int8Array;
  /** One bit for each coefficient that is not zero, 64 a block; made where refinements need it. */
  nonZero: Uint32Array | undefined;
}
