/** Arithmetic of tensors and numbers over the dispatcher, so that a loss reads like its formula. */
import { dispatch, dispatchMany, type Tensor } from '@ftuseg/torch';

type Value = Tensor | number;

export const add = (a: Tensor, b: Value): Tensor => dispatch(typeof b === 'number' ? 'add.Scalar' : 'add.Tensor', a, b);
export const sub = (a: Tensor, b: Value): Tensor => dispatch(typeof b === 'number' ? 'sub.Scalar' : 'sub.Tensor', a, b);
export const mul = (a: Tensor, b: Value): Tensor => dispatch(typeof b === 'number' ? 'mul.Scalar' : 'mul.Tensor', a, b);
export const div = (a: Tensor, b: Value): Tensor => dispatch(typeof b === 'number' ? 'div.Scalar' : 'div.Tensor', a, b);
export const power = (a: Tensor, exponent: number): Tensor => dispatch('pow.Tensor_Scalar', a, exponent);
/** 1 - a */
export const complement = (a: Tensor): Tensor => dispatch('rsub.Scalar', a, 1);
export const mean = (a: Tensor): Tensor => dispatch('mean', a);
export const sum = (a: Tensor): Tensor => dispatch('sum', a);
/** Sum over samples and pixels of N x C x H x W: one number per class. */
export const sumPerClass = (a: Tensor): Tensor => dispatch('sum.dim_IntList', a, [0, 2, 3]);
export const sigmoid = (a: Tensor): Tensor => dispatch('sigmoid', a);
export const relu = (a: Tensor): Tensor => dispatch('relu', a);

/** Sorted along the last axis, largest first, and where each value came from. */
export function sortDescending(a: Tensor): readonly [values: Tensor, indices: Tensor] {
  const [values, indices] = dispatchMany('sort', a, -1, true);
  if (values === undefined || indices === undefined) throw new TypeError('sort gives two tensors');
  return [values, indices];
}
