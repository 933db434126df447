/**
 * Walks a network without numbers: shapes out, multiply-adds counted. Cheap enough to check a setting before training.
 */
import { checkInputSize } from './input-size.js';
import type { Conv2d } from './layers.js';
import type { Model } from './model.js';
import type { Activation, Ops } from './ops.js';

/** N x C x H x W. */
export type Shape = readonly [batch: number, channels: number, height: number, width: number];

/** Throws `RangeError` where a network is inconsistent (a defect of the network, not of its user's input). */
function requireEqual(a: readonly number[], b: readonly number[], what: string): void {
  if (a.join() !== b.join()) throw new RangeError(`${what}: ${a.join(' x ')} against ${b.join(' x ')}`);
}

export class ShapeOps implements Ops<Shape> {
  /** Multiplications of all convolutions so far (each with its addition). */
  multiplyAdds = 0;

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
    return [batch, outChannels, outHeight, outWidth];
  }

  batchNorm(x: Shape, layer: { readonly name: string; readonly channels: number }): Shape {
    requireEqual([x[1]], [layer.channels], `channels of ${layer.name}`);
    return x;
  }

  activate(x: Shape, _activation: Activation): Shape {
    return x;
  }

  add(a: Shape, b: Shape): Shape {
    requireEqual(a, b, 'sum of different shapes');
    return a;
  }

  mul(x: Shape, gate: Shape): Shape {
    requireEqual(x.slice(0, 2), gate.slice(0, 2), 'product of different shapes');
    return x;
  }

  cat(parts: readonly Shape[]): Shape {
    const [first = [0, 0, 0, 0] as const, ...rest] = parts;
    let channels = first[1];
    for (const part of rest) {
      requireEqual([first[0], first[2], first[3]], [part[0], part[2], part[3]], 'concatenation of different sizes');
      channels += part[1];
    }
    return [first[0], channels, first[2], first[3]];
  }

  globalAveragePool(x: Shape): Shape {
    return [x[0], x[1], 1, 1];
  }

  upsampleNearest2x(x: Shape): Shape {
    return [x[0], x[1], x[2] * 2, x[3] * 2];
  }

  dropPath(x: Shape, _rate: number): Shape {
    return x;
  }
}

export interface ModelSummary {
  /** Shape of the logits. */
  readonly output: Shape;
  /** Trainable numbers, including those that the forward pass does not use. */
  readonly parameters: number;
  /** Multiply-adds of the convolutions for the whole batch; normalisation and activations are not counted. */
  readonly multiplyAdds: number;
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
  const output = model.forward<Shape>(ops, input);
  const parameters = model.parameters
    .filter((parameter) => parameter.role === 'parameter')
    .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  return { output, parameters, multiplyAdds: ops.multiplyAdds };
}
