/**
 * A network's weights inside libtorch, and the way in and out of it: everything else in training reads and writes
 * this one map from state-dict name to tensor.
 */
import { FtuError } from '@ftuseg/core';
import {
  type Liveness,
  type Model,
  type ModelOutput,
  type ParameterSpec,
  type StateDict,
  type StateTensor,
  TorchOps,
  type TorchOpsOptions,
} from '@ftuseg/nn';
import { dispatch, noGrad, scope, type Tensor, tensor } from '@ftuseg/torch';

export type TensorState = ReadonlyMap<string, Tensor>;

type Run = (op: string, ...args: readonly unknown[]) => Tensor;
const run: Run = (op, ...args) => dispatch(op, ...args);
const release = (value: Tensor): void => value.dispose();
const operators = (state: TensorState, options: TorchOpsOptions<Tensor>): TorchOps<Tensor> =>
  new TorchOps<Tensor>(run, state, { release, ...options });

/** Runs a training pass with all heads; values are freed as soon as nothing in the pass needs them. */
export function forwardAll(
  liveness: Liveness,
  state: TensorState,
  input: Tensor,
  options: TorchOpsOptions<Tensor>,
): ModelOutput<Tensor> {
  return liveness.forwardAll(operators(state, options), input, release);
}

/** Runs the model in training on features of which channels are lost: N x classes x H x W. */
export function forwardPerturbed(
  model: Model,
  state: TensorState,
  input: Tensor,
  rate: number,
  options: TorchOpsOptions<Tensor>,
): Tensor {
  return model.perturbed(new TorchOps<Tensor>(run, state, options), input, rate);
}

/** Runs the encoder and the tile classifier: N x classes x 1 x 1. */
export function classify(model: Model, state: TensorState, input: Tensor, options: TorchOpsOptions<Tensor>): Tensor {
  return model.classify(operators(state, options), input);
}

/** Runs the model on `state`; batch normalisation uses batch statistics where `training` is on. */
export function forward(model: Model, state: TensorState, input: Tensor, options: TorchOpsOptions<Tensor>): Tensor {
  return model.forward(operators(state, options), input);
}

/**
 * Copies a state dict (float32 and int64) into libtorch; trained entries require gradients.
 *
 * @param channelsLast keep convolution kernels in NHWC memory, as the activations are
 * @param device where they are kept: cpu, cuda, cuda:1 or mps
 */
export function uploadState(
  model: Model,
  state: StateDict,
  channelsLast: boolean,
  device = 'cpu',
): Map<string, Tensor> {
  const place = ({ name, role }: ParameterSpec): [string, Tensor] => {
    const entry = state.get(name);
    if (entry === undefined) throw new FtuError('bad-input', 'the weight is missing', { subject: name });
    const plain = tensor(entry.data, entry.shape, { dtype: entry.dtype, device });
    const placed = channelsLast && entry.shape.length === 4 ? plain.to({ memoryFormat: 'channels_last' }) : plain;
    return [name, role === 'parameter' ? placed.setRequiresGrad(true) : placed];
  };
  return scope(() => new Map(model.parameters.map(place)));
}

/** A copy of libtorch's tensors as a state dict, row-major, in the model's order. */
export function downloadState(model: Model, state: TensorState): StateDict {
  const copy: StateDict = new Map();
  for (const { name, shape, dtype } of model.parameters) {
    const data = state.get(name)?.toArray();
    if (dtype === 'float32' && data instanceof Float32Array) copy.set(name, { dtype, shape, data });
    else if (dtype === 'int64' && data instanceof BigInt64Array) copy.set(name, { dtype, shape, data });
    else throw new TypeError(`${name} is not ${dtype}`);
  }
  return copy;
}

/** Frees the tensors. */
export function disposeState(state: TensorState): void {
  for (const entry of state.values()) entry.dispose();
}

/** Overwrites one tensor with new values of the same shape, outside autograd. */
export function writeTensor(target: Tensor, { data, dtype, shape }: StateTensor): void {
  noGrad(() => {
    const source = tensor(data, shape, { dtype });
    target.copyFrom(source);
    source.dispose();
  });
}
