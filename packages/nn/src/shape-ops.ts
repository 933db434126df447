/**
 * Walks a network without numbers: shapes out, multiply-adds counted. Cheap enough to check a setting before training.
 */
import { checkInputSize } from './input-size.js';
import type { Conv2d, ConvTranspose2d, Linear, MultiHead, Pooling } from './layers.js';
import type { Model } from './model.js';
import type { Activation, Ops } from './ops.js';

/** N x C x H x W. */
export type Shape = readonly [batch: number, channels: number, height: number, width: number];

/** Throws `RangeError` where a network is inconsistent (a defect of the network, not of its user's input). */
function requireEqual(a: readonly number[], b: readonly number[], what: string): void {
  if (a.join() !== b.join()) throw new RangeError(`${what}: ${a.join(' x ')} against ${b.join(' x ')}`);
}

export class ShapeOps implements Ops<Shape> {
  /** Multiplications of all convolutions, matrices and attentions so far (each with its addition). */
  multiplyAdds = 0;
  /** Numbers that training keeps for the backward pass: what convolutions, normalisations and activations made. */
  kept = 0;

  input(x: Shape, multiple: number): Shape {
    checkInputSize(x[2], x[3], multiple);
    return x;
  }

  conv2d(x: Shape, layer: Conv2d): Shape {
    const { name, inChannels, outChannels, kernel, stride, groups } = layer;
    const [batch, channels, height, width] = x;
    requireEqual([channels], [inChannels], `input channels of ${name}`);
    const [top, left, bottom, right] = layer.padding;
    const outHeight = Math.floor((height + top + bottom - kernel) / stride) + 1;
    const outWidth = Math.floor((width + left + right - kernel) / stride) + 1;
    this.multiplyAdds += (batch * outChannels * outHeight * outWidth * kernel * kernel * inChannels) / groups;
    return this.#keep([batch, outChannels, outHeight, outWidth]);
  }

  convTranspose2d(x: Shape, layer: ConvTranspose2d): Shape {
    const { name, inChannels, outChannels, kernel, stride, crop } = layer;
    requireEqual([x[1]], [inChannels], `input channels of ${name}`);
    const size = (length: number): number => (length - 1) * stride + kernel - 2 * crop;
    this.multiplyAdds += x[0] * x[2] * x[3] * inChannels * outChannels * kernel * kernel;
    return this.#keep([x[0], outChannels, size(x[2]), size(x[3])]);
  }

  batchNorm(x: Shape, layer: { readonly name: string; readonly channels: number }): Shape {
    requireEqual([x[1]], [layer.channels], `channels of ${layer.name}`);
    return this.#keep(x);
  }

  groupNorm(x: Shape, layer: { readonly name: string; readonly channels: number }, activation: Activation): Shape {
    return this.activate(this.batchNorm(x, layer), activation === 'silu' ? activation : 'identity');
  }

  layerNorm(x: Shape, layer: { readonly name: string; readonly channels: number }): Shape {
    return this.batchNorm(x, layer);
  }

  linear([batch, channels, height, width]: Shape, { name, inChannels, outChannels }: Linear): Shape {
    requireEqual([channels], [inChannels], `input channels of ${name}`);
    this.multiplyAdds += batch * height * width * inChannels * outChannels;
    return this.#keep([batch, outChannels, height, width]);
  }

  scaleChannels(x: Shape, layer: { readonly name: string; readonly channels: number }): Shape {
    return this.batchNorm(x, layer);
  }

  gelu(x: Shape): Shape {
    return this.#keep(x);
  }

  attention(query: Shape, keyValue: Shape, { channels, heads }: MultiHead): Shape {
    const [batch, , height, width] = query;
    requireEqual(query.slice(0, 2), [batch, channels], 'queries of an attention');
    requireEqual(keyValue.slice(0, 2), [batch, 2 * channels], 'keys and values of an attention');
    requireEqual([channels % heads], [0], `channels left over by ${heads} heads`);
    const [positions, others] = [height * width, keyValue[2] * keyValue[3]];
    this.multiplyAdds += 2 * batch * channels * positions * others;
    // The weights of each head, and the scaled query; keys and values are kept where they were made.
    this.#keep([batch, heads, positions, others]);
    this.#keep(query);
    return this.#keep(query);
  }

  activate(x: Shape, activation: Activation): Shape {
    return activation === 'identity' ? x : this.#keep(x);
  }

  add(a: Shape, b: Shape): Shape {
    requireEqual(a, b, 'sum of different shapes');
    return a;
  }

  mul(x: Shape, gate: Shape): Shape {
    const perChannel = gate[2] === 1 && gate[3] === 1;
    requireEqual(
      perChannel ? x.slice(0, 2) : x.slice(2),
      gate.slice(...(perChannel ? [0, 2] : [2])),
      'product of different shapes',
    );
    return this.#keep(x);
  }

  cat(parts: readonly Shape[]): Shape {
    const [first = [0, 0, 0, 0] as const, ...rest] = parts;
    let channels = first[1];
    for (const part of rest) {
      requireEqual([first[0], first[2], first[3]], [part[0], part[2], part[3]], 'concatenation of different sizes');
      channels += part[1];
    }
    return this.#keep([first[0], channels, first[2], first[3]]);
  }

  globalAveragePool(x: Shape): Shape {
    return [x[0], x[1], 1, 1];
  }

  globalMaxPool(x: Shape): Shape {
    return [x[0], x[1], 1, 1];
  }

  channelMean(x: Shape): Shape {
    return [x[0], 1, x[2], x[3]];
  }

  channelMax(x: Shape): Shape {
    return [x[0], 1, x[2], x[3]];
  }

  maxPool(x: Shape, { kernel, stride, padding: [top, left, bottom, right] }: Pooling): Shape {
    const size = (length: number, around: number): number => Math.floor((length + around - kernel) / stride) + 1;
    return this.#keep([x[0], x[1], size(x[2], top + bottom), size(x[3], left + right)]);
  }

  upsampleNearest2x(x: Shape): Shape {
    return this.upsampleBilinear(x, 2);
  }

  upsampledConv2d(x: Shape, skip: Shape | undefined, layer: Conv2d): Shape {
    // What is convolved is enlarged or joined in numbers only.
    const [batch, channels, height, width] = x;
    const joined: Shape = [batch, channels + (skip?.[1] ?? 0), 2 * height, 2 * width];
    if (skip !== undefined)
      requireEqual([batch, ...joined.slice(2)], [skip[0], ...skip.slice(2)], 'joining different sizes');
    return this.conv2d(joined, layer);
  }

  upsampleBilinear(x: Shape, factor: number): Shape {
    return this.#keep([x[0], x[1], x[2] * factor, x[3] * factor]);
  }

  dropPath(x: Shape, _rate: number): Shape {
    return x;
  }

  dropChannels(x: Shape, _rate: number): Shape {
    return this.#keep(x);
  }

  #keep(x: Shape): Shape {
    this.kept += x[0] * x[1] * x[2] * x[3];
    return x;
  }
}

export interface ModelSummary {
  /** Shape of the logits. */
  readonly output: Shape;
  /** Trainable numbers, including those that the forward pass does not use. */
  readonly parameters: number;
  /** Multiply-adds of convolutions, matrices and attention for the whole batch; normalisation and activations are not counted. */
  readonly multiplyAdds: number;
  /** Numbers (of 4 bytes in float32) that a training step keeps between its forward and its backward pass. */
  readonly activations: number;
}

/**
 * Shape, size and cost of a model for one input shape (N x 3 x H x W).
 * Throws `FtuError` naming the size to pad to when H or W is not a multiple of `model.inputMultiple`.
 *
 * @example
 * summarise(model, [1, 3, 256, 256]).output; // [1, 1, 256, 256]
 */
export function summarise(model: Model, input: Shape): ModelSummary {
  const ops = new ShapeOps();
  const output = model.forwardAll<Shape>(ops, input).logits;
  const parameters = model.parameters
    .filter((parameter) => parameter.role === 'parameter')
    .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  return { output, parameters, multiplyAdds: ops.multiplyAdds, activations: ops.kept };
}
