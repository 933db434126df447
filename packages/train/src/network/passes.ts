/** What every pass through the network needs: a batch's memory as tensors, the precision it runs in, and logits in evaluation. */
import type { Model, TorchOpsOptions } from '@ftuseg/nn';
import { autocast, dispatch, type Tensor, tensor } from '@ftuseg/torch';
import type { TrainingRanks } from '../ranks/training-ranks.js';
import { classify, forward, type TensorState } from './network.js';

export interface PassSettings {
  readonly precision: 'float32' | 'bfloat16';
  readonly channelsLast: boolean;
  /** cpu, cuda, cuda:1 or mps */
  readonly device: string;
}

type Layout = Pick<PassSettings, 'channelsLast' | 'device'>;

/** N x side x side x channels in memory, as a view of N x channels x side x side: channels_last without moving a value. */
function wrapNhwc(data: Float32Array, count: number, side: number, channels: number, layout: Layout): Tensor {
  const placed = tensor(data, [count, side, side, channels], { device: layout.device });
  const view = dispatch('permute', placed, [0, 3, 1, 2]);
  return layout.channelsLast ? view : dispatch('contiguous', view);
}

/** A batch of RGB images, N x side x side x 3 in memory, as the network's input N x 3 x side x side. */
export function wrapImages(images: Float32Array, count: number, side: number, layout: Layout): Tensor {
  return wrapNhwc(images, count, side, 3, layout);
}

/** A batch of masks, N x side x side x classes in memory, as N x classes x side x side. */
export function wrapMasks(masks: Float32Array, count: number, side: number, classes: number, layout: Layout): Tensor {
  return wrapNhwc(masks, count, side, classes, layout);
}

/** How a training pass normalises and drops. @param frozen whether the encoder's statistics stay as they are */
export function trainingPass(ranks: TrainingRanks, frozen: boolean): TorchOpsOptions<Tensor> {
  const { rank: index, size: count, localBatchNorm } = ranks;
  return {
    training: true,
    ...(frozen ? { frozen: (name: string) => name.startsWith('encoder.') } : {}),
    ...(count > 1 ? { slice: { index, count, wholeStatistics: !localBatchNorm } } : {}),
  };
}

/** Runs `work` in the precision asked for; what comes out of bfloat16 is for the caller to widen. */
export function inPrecision<T>({ precision, device }: PassSettings, work: () => T): T {
  return precision === 'float32' ? work() : autocast('bfloat16', work, device.split(':')[0]);
}

export const widen = (x: Tensor, { precision }: PassSettings): Tensor =>
  precision === 'float32' ? x : x.to({ dtype: 'float32' });

/** Float32 logits in evaluation, whatever precision the network ran in. */
export function predictLogits(model: Model, state: TensorState, input: Tensor, settings: PassSettings): Tensor {
  return widen(
    inPrecision(settings, () => forward(model, state, input, { training: false })),
    settings,
  );
}

/** Float32 logits of the tile classifier in evaluation, N x classes x 1 x 1. */
export function classifyLogits(model: Model, state: TensorState, input: Tensor, settings: PassSettings): Tensor {
  return widen(
    inPrecision(settings, () => classify(model, state, input, { training: false })),
    settings,
  );
}
