/** Weights of a state dict in libtorch, and the operators that run a network on them. */
import { TorchOps } from '@ftuseg/nn';
import { dispatch, tensor } from '@ftuseg/torch';

/**
 * Call it inside a `scope`, which frees the tensors.
 * @param training whether BatchNorm takes the batch's statistics and updates the running ones in `tensors`
 */
export function uploaded(state, training) {
  const tensors = new Map([...state].map(([name, { data, shape, dtype }]) => [name, tensor(data, shape, { dtype })]));
  return { tensors, ops: new TorchOps((operator, ...args) => dispatch(operator, ...args), tensors, { training }) };
}
