/** Operators by name: how JavaScript values become schema types and results come back. */
import { expect, it } from 'vitest';
import { dispatch, dispatchAny, dispatchMany, scope, Tensor, tensor } from '../src/index.js';
import { caught } from './caught.js';
import { describeTorch } from './describe-torch.js';

const vector = (...values: readonly number[]) => tensor(Float32Array.from(values), [values.length]);
const numbers = (result: Tensor) => Array.from(result.toArray(), Number);

function scoped(title: string, body: () => void): void {
  it(title, () => scope(body));
}

describeTorch('dispatch', () => {
  scoped('finds operators with overload, with namespace, and in place', () => {
    const x = vector(-1, 2);
    expect(numbers(dispatch('relu', x))).toEqual([0, 2]);
    expect(numbers(dispatch('aten::add.Tensor', x, x))).toEqual([-2, 4]);
    dispatch('relu_', x);
    expect(numbers(x)).toEqual([0, 2]);
  });

  scoped('takes the default for undefined and None for null', () => {
    const x = vector(1, 2);
    expect(numbers(dispatch('add.Tensor', x, x, undefined))).toEqual([2, 4]);
    expect(numbers(dispatch('add.Tensor', x, x, 3))).toEqual([4, 8]);
    expect(numbers(dispatch('clamp', x, null, 1.5))).toEqual([1, 1.5]);
    expect(dispatch('sum', x, null).item()).toBe(3);
  });

  scoped('repeats one number for a list of fixed length', () => {
    const image = tensor(new Float32Array(2 * 64).fill(1), [1, 2, 8, 8]);
    const weight = tensor(new Float32Array(3 * 2 * 9).fill(1), [3, 2, 3, 3]);
    const one = dispatch('conv2d', image, weight, null, 2, 1);
    const two = dispatch('conv2d', image, weight, null, [2, 2], [1, 1], [1, 1], 1);
    expect(one.shape).toEqual([1, 3, 4, 4]);
    expect(one.toArray()).toEqual(two.toArray());
    expect(caught(() => dispatch('view', image, 128)).message).toContain("argument 'size' must be int[], got 128");
  });

  scoped('reads dtypes, devices, layouts, memory formats and strings by name', () => {
    const made = dispatch('full', [2, 2], 1.5, 'float64', 'strided', 'cpu', false);
    expect([made.dtype, made.device]).toEqual(['float64', 'cpu']);
    expect(dispatch('arange', 5, 'int32').dtype).toBe('int32');
    const image = tensor(new Float32Array(24), [1, 2, 3, 4]);
    expect(dispatch('clone', image, 'channels_last').isContiguous('channels_last')).toBe(true);
    expect(numbers(dispatch('div.Tensor_mode', vector(7), vector(2), 'floor'))).toEqual([3]);
    expect(caught(() => dispatch('arange', 5, 'float31')).message).toContain("unknown dtype 'float31'");
  });

  scoped('reads lists of tensors, numbers and booleans, and lists with gaps', () => {
    const [a, b] = [vector(1, 2), vector(3, 4)];
    expect(numbers(dispatch('cat', [a, b]))).toEqual([1, 2, 3, 4]);
    const grid = dispatch('stack', [a, b]);
    expect(dispatch('sum.dim_IntList', grid, [0, 1], true).shape).toEqual([1, 1]);
    const picked = dispatch('index.Tensor', grid, [null, tensor(BigInt64Array.of(1n), [1])]);
    expect(numbers(picked)).toEqual([2, 4]);
    const image = dispatch('view', grid, [1, 1, 2, 2]);
    expect(dispatch('upsample_nearest2d.vec', image, null, [2, 2]).shape).toEqual([1, 1, 4, 4]);
  });

  scoped('keeps integers integers and the rest double', () => {
    const whole = tensor(BigInt64Array.of(4n), [1]);
    expect(dispatch('mul.Scalar', whole, 2).dtype).toBe('int64');
    expect(dispatch('mul.Scalar', whole, 0.5).dtype).toBe('float32');
    expect(dispatch('add.Scalar', whole, 2n ** 60n).toArray()).toEqual(BigInt64Array.of(2n ** 60n + 4n));
    expect(Object.is(dispatch('mul.Scalar', vector(1), -0).item(), -0)).toBe(true);
    expect(dispatch('add.Scalar', vector(1), Number.POSITIVE_INFINITY).item()).toBe(Number.POSITIVE_INFINITY);
    expect(caught(() => dispatch('add.Scalar', whole, 2n ** 64n)).message).toContain('does not fit 64 bits');
  });

  scoped('returns numbers, booleans, lists, tuples and nothing', () => {
    const x = vector(3, 1, 2);
    expect(dispatchAny('equal', x, x)).toBe(true);
    expect(dispatchAny('item', dispatch('max', x))).toBe(3);
    expect(dispatchAny('size.int', x, 0)).toBe(3);
    const [values, order] = dispatchMany('sort', x);
    expect(values && numbers(values)).toEqual([1, 2, 3]);
    expect(order?.dtype).toBe('int64');
    expect(dispatchMany('split.Tensor', x, 2)).toHaveLength(2);
    expect(dispatchAny('_foreach_add_.Scalar', [x], 1)).toBeUndefined();
    expect(numbers(x)).toEqual([4, 2, 3]);
    expect(caught(() => dispatch('sort', x)).message).toContain('dispatchMany');
    expect(caught(() => dispatchMany('equal', x, x)).message).toContain('dispatchAny');
    expect(dispatchMany('relu', x).every((item) => item instanceof Tensor)).toBe(true);
  });

  scoped('runs batch normalisation in place on its statistics', () => {
    const mean = vector(0, 0);
    const variance = vector(1, 1);
    const x = tensor(Float32Array.of(1, 10, 3, 30), [2, 2, 1, 1]);
    const y = dispatch('batch_norm', x, null, null, mean, variance, true, 0.1, 1e-5, false);
    expect(numbers(mean)).toEqual([expect.closeTo(0.2, 6), expect.closeTo(2, 6)]);
    expect(numbers(variance)).toEqual([expect.closeTo(1.1, 5), expect.closeTo(20.9, 4)]);
    expect(numbers(y)[0]).toBeCloseTo(-1, 4);
  });
});
