/**
 * Every ATen operator by name. The signatures are PyTorch's own (native_functions.yaml), positional:
 * keyword-only arguments follow in the order of the signature.
 */
import { TorchError, toTorchError } from './errors.js';
import { type NativeResult, native } from './native.js';
import { Tensor } from './tensor.js';

/** What an operator can return; several results are an array, none is undefined. */
export type DispatchResult = Tensor | number | bigint | boolean | string | undefined | readonly DispatchResult[];

const operators = new Map<string, number>();

/** Arguments as the bridge wants them: handles for tensors, and which arguments hold handles. */
function lower(op: string, args: readonly unknown[]): { tensors: number; values: readonly unknown[] } {
  let tensors = 0;
  const values = args.map((value, k) => {
    if (value instanceof Tensor) {
      tensors += 2 ** k;
      return Tensor.handle(value);
    }
    if (!Array.isArray(value) || !value.some((item) => item instanceof Tensor)) return value;
    tensors += 2 ** k;
    return value.map((item) => lowerItem(op, item));
  });
  return { tensors, values };
}

function lowerItem(op: string, item: unknown): unknown {
  if (item instanceof Tensor) return Tensor.handle(item);
  if (item === null || item === undefined) return null;
  throw new TorchError('argument', `${op}: an array mixes tensors and ${typeof item}s`, { op });
}

function lift(result: NativeResult): DispatchResult {
  if (typeof result === 'number') return new Tensor(result);
  if (result === undefined) return undefined;
  return 'value' in result ? result.value : result.map(lift);
}

/**
 * Calls the operator `op` ('relu', 'add.Tensor', 'torchvision::nms'; overloads by name) with arguments converted by
 * its schema: Tensor, number, bigint, boolean, string and arrays of them; dtypes, devices and memory formats by name.
 * `undefined` takes the schema's default, `null` is None, one number stands for a whole fixed-length list ("int[2]").
 * An integer JavaScript number is an integer Scalar (as 2 is in Python), every other one a double.
 *
 * Throws TorchError: 'argument' (wrong type, missing, too many), 'disposed', 'operator' (unknown, or refused by
 * libtorch), 'memory'.
 *
 * @example
 * dispatchAny('equal', a, b); // true
 */
export function dispatchAny(op: string, ...args: readonly unknown[]): DispatchResult {
  const bridge = native();
  try {
    let operator = operators.get(op);
    if (operator === undefined) {
      operator = bridge.resolve(op);
      operators.set(op, operator);
    }
    const { tensors, values } = lower(op, args);
    return lift(bridge.call(operator, tensors, ...values));
  } catch (error) {
    throw toTorchError(error);
  }
}

/**
 * An operator that returns one tensor; see `dispatchAny` for names, arguments and errors.
 *
 * @example
 * const y = dispatch('conv2d', x, weight, null, 2, 1); // no bias, stride 2, padding 1
 */
export function dispatch(op: string, ...args: readonly unknown[]): Tensor {
  const result = dispatchAny(op, ...args);
  if (result instanceof Tensor) return result;
  throw new TorchError('argument', `${op} does not return one tensor; call it with dispatchMany or dispatchAny`, {
    op,
  });
}

/**
 * An operator that returns several tensors, as a tuple or a list; see `dispatchAny`.
 *
 * @example
 * const [values, indices] = dispatchMany('max.dim', x, 1);
 */
export function dispatchMany(op: string, ...args: readonly unknown[]): readonly Tensor[] {
  const result = dispatchAny(op, ...args);
  const list = Array.isArray(result) ? result : [result];
  return list.map((item) => {
    if (item instanceof Tensor) return item;
    throw new TorchError('argument', `${op} does not return tensors alone; call it with dispatchAny`, { op });
  });
}
