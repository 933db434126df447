/**
 * The one error class of this package: what failed, in which operator, on which tensors.
 * The native bridge throws plain errors with the same fields; `toTorchError` gives them their class.
 */

const codes = ['unavailable', 'disposed', 'argument', 'operator', 'memory', 'ranks'] as const;

/**
 * `unavailable`: the native bridge or libtorch is missing. `disposed`: a tensor was used after its end.
 * `argument`: a call was wrong before libtorch saw it. `operator`: libtorch refused. `memory`: no memory left.
 * `ranks`: another process of the training was lost, or did not answer in time.
 */
export type TorchErrorCode = (typeof codes)[number];

export interface TorchErrorDetails {
  readonly op?: string | undefined;
  readonly shapes?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/**
 * @example
 * try { dispatch('add.Tensor', a, b); } catch (error) {
 *   if (error instanceof TorchError) console.log(error.code, error.op, error.shapes); // operator add.Tensor [ 'float32[2]', 'float32[3]' ]
 * }
 */
export class TorchError extends Error {
  override readonly name = 'TorchError';
  readonly code: TorchErrorCode;
  /** The operator or function that failed. */
  readonly op: string | undefined;
  /** Its tensor arguments, as "float32[2, 3]". */
  readonly shapes: readonly string[] | undefined;

  constructor(code: TorchErrorCode, message: string, details: TorchErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.op = details.op;
    this.shapes = details.shapes;
  }
}

/** An error of the native bridge as TorchError; anything else unchanged. */
export function toTorchError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TorchError || !('code' in error)) return error;
  const code = codes.find((known) => known === error.code);
  if (code === undefined) return error;
  return new TorchError(code, error.message, {
    op: 'op' in error && typeof error.op === 'string' ? error.op : undefined,
    shapes: 'shapes' in error && isTextList(error.shapes) && error.shapes.length > 0 ? error.shapes : undefined,
  });
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
