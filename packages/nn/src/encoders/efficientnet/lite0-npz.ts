/**
 * Loads ImageNet weights of EfficientNet-Lite0 that come from TensorFlow Lite: batch normalisation already folded away,
 * kernels in TensorFlow's layouts, input scaling folded into the stem.
 */
import { FtuError, type NpyArray } from '@ftuseg/core';
import type { BatchNorm, Conv2d, Layer } from '../../layers.js';
import type { StateDict } from '../../state/state.js';
import type { Normalisation } from '../encoder.js';
import { createEncoder } from '../registry.js';
import { baseStages } from './original.js';

/** The normalisation on RGB in 0..1 that `encoderStateFromLite0Npz` expects of its inputs: (x * 255 - 127) / 128. */
export const lite0NpzNormalisation: Normalisation = {
  mean: [127 / 255, 127 / 255, 127 / 255],
  std: [128 / 255, 128 / 255, 128 / 255],
};

/** The .npz name of each convolution, in the order of the encoder's layers. */
function sourceNames(): readonly string[] {
  const names = ['stem'];
  let index = 0;
  for (const { repeats, expansion } of baseStages) {
    for (let repeat = 0; repeat < repeats; repeat++, index++) {
      if (expansion !== 1) names.push(`b${index}.expand`);
      names.push(`b${index}.dw`, `b${index}.project`);
    }
  }
  return [...names, 'head'];
}

function floats(npz: ReadonlyMap<string, NpyArray>, name: string, shape: readonly number[]): Float32Array {
  const array = npz.get(name);
  const found = array === undefined ? 'is missing' : `is ${array.dtype} [${array.shape.join(', ')}]`;
  if (!(array?.data instanceof Float32Array) || array.shape.join() !== shape.join()) {
    throw new FtuError('bad-input', `"${name}" ${found}, but EfficientNet-Lite0 needs float32 [${shape.join(', ')}]`, {
      hint: 'give the weights of EfficientNet-Lite0 with batch normalisation folded',
    });
  }
  return array.data;
}

/** From out x height x width x in (depthwise: 1 x height x width x out) to out x in / groups x height x width, times `scale`. */
function kernel(npz: ReadonlyMap<string, NpyArray>, name: string, layer: Conv2d, scale: number): Float32Array {
  const { outChannels, kernel: k, groups } = layer;
  const depthwise = groups > 1;
  const inChannels = layer.inChannels / groups;
  const source = floats(npz, name, depthwise ? [1, k, k, outChannels] : [outChannels, k, k, inChannels]);
  const area = k * k;
  const target = new Float32Array(source.length);
  for (let out = 0; out < outChannels; out++) {
    for (let input = 0; input < inChannels; input++) {
      for (let at = 0; at < area; at++) {
        const from = depthwise ? at * outChannels + out : (out * area + at) * inChannels + input;
        target[(out * inChannels + input) * area + at] = (source[from] as number) * scale;
      }
    }
  }
  return target;
}

/**
 * The state of a Lite0 encoder (names `encoder.*`; merge it over `initialState`) from the folded weights.
 *
 * **Normalisation.** The file's network takes `uint8 - 127`. Here its stem kernel is multiplied by 128, so inputs must be
 * normalised as `(x - 127) / 128` on 0..255, which is mean 127/255 and std 128/255 on 0..1 (`lite0NpzNormalisation`): put that in
 * the model card. **Padding.** The weights were trained with TensorFlow's SAME padding: `tu-tf_efficientnet_lite0` reproduces
 * the original features, `timm-tf_efficientnet_lite0` pads symmetrically and is merely a good start.
 * **Batch normalisation** is folded: each becomes running mean 0, running variance 1, weight sqrt(1 + eps) and the folded bias,
 * which in evaluation mode adds that bias and nothing else.
 * Throws `FtuError` for another encoder, or when an array is missing or has another shape.
 *
 * @example
 * const weights = encoderStateFromLite0Npz(readNpz(bytes, path), 'tu-tf_efficientnet_lite0');
 * const state = new Map([...initialState(model, 1), ...weights]);
 */
export function encoderStateFromLite0Npz(
  npz: ReadonlyMap<string, NpyArray>,
  encoderName = 'tu-tf_efficientnet_lite0',
): StateDict {
  if (!encoderName.endsWith('-tf_efficientnet_lite0')) {
    throw new FtuError('unsupported', `these weights fit EfficientNet-Lite0, not "${encoderName}"`, {
      subject: 'encoder',
      hint: 'use tu-tf_efficientnet_lite0',
    });
  }
  const { layers } = createEncoder(encoderName);
  const convolutions = layers.filter((layer): layer is Conv2d => layer.kind === 'conv2d');
  const norms = layers.filter((layer: Layer): layer is BatchNorm => layer.kind === 'batchNorm');
  const names = sourceNames();
  const state: StateDict = new Map();
  for (const [index, convolution] of convolutions.entries()) {
    const norm = norms[index];
    const name = names[index];
    if (norm === undefined || name === undefined) throw new RangeError('EfficientNet-Lite0 pairs its layers');
    const { inChannels, outChannels, groups, kernel: k } = convolution;
    const shape = [norm.channels];
    const add = (key: string, tensorShape: readonly number[], data: Float32Array): void => {
      state.set(key, { dtype: 'float32', shape: tensorShape, data });
    };
    add(
      `${convolution.name}.weight`,
      [outChannels, inChannels / groups, k, k],
      kernel(npz, `${name}.kernel`, convolution, name === 'stem' ? 128 : 1),
    );
    add(`${norm.name}.weight`, shape, new Float32Array(norm.channels).fill(Math.sqrt(1 + norm.eps)));
    add(`${norm.name}.bias`, shape, floats(npz, `${name}.bias`, shape).slice());
    add(`${norm.name}.running_mean`, shape, new Float32Array(norm.channels));
    add(`${norm.name}.running_var`, shape, new Float32Array(norm.channels).fill(1));
    state.set(`${norm.name}.num_batches_tracked`, { dtype: 'int64', shape: [], data: new BigInt64Array(1) });
  }
  return state;
}
