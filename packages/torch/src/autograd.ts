/**
 * Modes that hold while a function runs (no recording, mixed precision), and gradients as values.
 */
import { native, withNative } from './native.js';
import { refusePromise } from './scope.js';
import { type BackwardOptions, Tensor } from './tensor.js';

/**
 * Runs `fn` without recording an autograd graph; the mode before returns even if `fn` throws. Synchronous only.
 *
 * @example
 * const logits = noGrad(() => model.forward(ops, image));
 */
export function noGrad<T>(fn: () => T): T {
  const bridge = native();
  const previous = bridge.setGradMode(false);
  try {
    const result = fn();
    refusePromise(result, 'noGrad');
    return result;
  } finally {
    bridge.setGradMode(previous);
  }
}

/**
 * Runs `fn` with PyTorch's automatic mixed precision: convolutions and matrix products in `dtype`, the rest as PyTorch's
 * lists say. The CPU knows bfloat16 only; float16 is for CUDA (and needs its loss scaled). Synchronous only.
 *
 * @example
 * const logits = autocast('bfloat16', () => model.forward(ops, batch));
 */
export function autocast<T>(dtype: 'bfloat16' | 'float16', fn: () => T, device = 'cpu'): T {
  const restore = withNative((bridge) => bridge.enterAutocast(device, dtype));
  try {
    const result = fn();
    refusePromise(result, 'autocast');
    return result;
  } finally {
    withNative((bridge) => bridge.leaveAutocast(device, restore));
  }
}

export interface GradOptions extends BackwardOptions {
  /** One per output; needed for outputs of more than one element. */
  readonly gradOutputs?: readonly (Tensor | undefined)[];
  /** An input that no output depends on gives zeros instead of an error. */
  readonly materializeGrads?: boolean;
}

/**
 * The derivatives of the sum of `outputs` with respect to each of `inputs`, as new tensors; no `grad` is touched.
 *
 * @example
 * const [dx] = grad([loss], [x]);
 */
export function grad(outputs: readonly Tensor[], inputs: readonly Tensor[], options: GradOptions = {}): Tensor[] {
  const { gradOutputs = [], retainGraph = false, createGraph = false, materializeGrads = false } = options;
  const handles = withNative((bridge) =>
    bridge.gradients(
      outputs.map(Tensor.handle),
      inputs.map(Tensor.handle),
      gradOutputs.map((seed) => (seed === undefined ? undefined : Tensor.handle(seed))),
      retainGraph,
      createGraph,
      materializeGrads,
    ),
  );
  return handles.map((handle) => new Tensor(handle));
}
