/** Operations of networks by plain loops in double precision: what the kernels are compared with. */
import type { FusedActivation, FusedConvolution, FusedGraph, FusedOperation, FusedUpConvolution } from '@ftuseg/nn';

/** channels x height x width. */
export interface PlainMap {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly values: Float64Array;
}

export function plainMap(
  channels: number,
  height: number,
  width: number,
  at: (c: number, y: number, x: number) => number,
) {
  const values = new Float64Array(channels * height * width);
  for (let c = 0, i = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) values[i++] = at(c, y, x);
  }
  return { channels, height, width, values };
}

/** Zero beyond the border. */
function valueAt({ height, width, values }: PlainMap, c: number, y: number, x: number): number {
  return y < 0 || x < 0 || y >= height || x >= width ? 0 : (values[(c * height + y) * width + x] ?? Number.NaN);
}

function activated(activation: FusedActivation, x: number): number {
  if (activation.kind === 'clamp') return Math.min(Math.max(x, activation.low), activation.high);
  const share = 1 / (1 + Math.exp(-x));
  return activation.kind === 'sigmoid' ? share : x * share;
}

function convolution(operation: FusedConvolution, map: PlainMap): PlainMap {
  const { weights, bias, inChannels, outChannels, kernel, stride, pads, depthwise, activation } = operation;
  const [top, left, bottom, right] = pads;
  const height = Math.floor((map.height + top + bottom - kernel) / stride) + 1;
  const width = Math.floor((map.width + left + right - kernel) / stride) + 1;
  return plainMap(outChannels, height, width, (o, y, x) => {
    let sum = bias[o] ?? 0;
    for (let i = 0; i < (depthwise ? 1 : inChannels); i++) {
      for (let row = 0; row < kernel; row++) {
        for (let column = 0; column < kernel; column++) {
          const weight = weights[((o * (depthwise ? 1 : inChannels) + i) * kernel + row) * kernel + column] ?? 0;
          sum += weight * valueAt(map, depthwise ? o : i, y * stride - top + row, x * stride - left + column);
        }
      }
    }
    return activated(activation, sum);
  });
}

/** Each pixel gives its value, weighted, to the 4 x 4 pixels around its own two by two. */
function upConvolution(operation: FusedUpConvolution, map: PlainMap): PlainMap {
  const { weights, bias, inChannels, outChannels, activation } = operation;
  const out = plainMap(outChannels, map.height * 2, map.width * 2, (o) => bias[o] ?? 0);
  for (let i = 0; i < inChannels; i++) {
    for (let y = 0; y < map.height; y++) {
      for (let x = 0; x < map.width; x++) {
        for (let o = 0; o < outChannels; o++) {
          for (let tap = 0; tap < 16; tap++) {
            const [row, column] = [2 * y - 1 + (tap >> 2), 2 * x - 1 + (tap & 3)];
            if (row < 0 || column < 0 || row >= out.height || column >= out.width) continue;
            const place = (o * out.height + row) * out.width + column;
            const weight = weights[(i * outChannels + o) * 16 + tap] ?? 0;
            out.values[place] = (out.values[place] ?? 0) + weight * valueAt(map, i, y, x);
          }
        }
      }
    }
  }
  return { ...out, values: out.values.map((value) => activated(activation, value)) };
}

function computed(operation: FusedOperation, map: (name: string) => PlainMap): PlainMap {
  switch (operation.kind) {
    case 'convolution':
      return convolution(operation, map(operation.input));
    case 'up-convolution':
      return upConvolution(operation, map(operation.input));
    case 'add': {
      const [a, b] = [map(operation.inputs[0]), map(operation.inputs[1])];
      return { ...a, values: a.values.map((value, i) => activated(operation.activation, value + (b.values[i] ?? 0))) };
    }
    case 'mean': {
      const { channels, height, width, values } = map(operation.input);
      const size = height * width;
      return plainMap(channels, 1, 1, (c) => values.slice(c * size, (c + 1) * size).reduce((a, b) => a + b, 0) / size);
    }
    case 'scale': {
      const [source, factors] = [map(operation.input), map(operation.factors)];
      const { channels, height, width } = source;
      return plainMap(channels, height, width, (c, y, x) => valueAt(source, c, y, x) * (factors.values[c] ?? 0));
    }
    case 'pool': {
      const source = map(operation.input);
      const [height, width] = [Math.ceil(source.height / 2), Math.ceil(source.width / 2)];
      const around = [-1, 0, 1];
      return plainMap(source.channels, height, width, (c, y, x) =>
        Math.max(...around.flatMap((row) => around.map((column) => valueAt(source, c, 2 * y + row, 2 * x + column)))),
      );
    }
    case 'stretch': {
      const source = map(operation.input);
      const { channels, height, width } = source;
      const [tall, wide] = [height * operation.factor, width * operation.factor];
      return plainMap(channels, tall, wide, (c, y, x) => {
        const [down, across] = [
          tall > 1 ? (y * (height - 1)) / (tall - 1) : 0,
          wide > 1 ? (x * (width - 1)) / (wide - 1) : 0,
        ];
        // A tent over each pixel: zero from its neighbours on.
        let sum = 0;
        for (let row = Math.floor(down); row <= down + 1; row++) {
          for (let column = Math.floor(across); column <= across + 1; column++) {
            const share = Math.max(0, 1 - Math.abs(down - row)) * Math.max(0, 1 - Math.abs(across - column));
            sum += share * valueAt(source, c, row, column);
          }
        }
        return sum;
      });
    }
    case 'group-norm': {
      const { groups, epsilon, factors, summands, activation, input } = operation;
      const source = map(input);
      const size = source.values.length / groups;
      const pixels = source.height * source.width;
      const values = source.values.map((value, i) => {
        const group = source.values.subarray(Math.floor(i / size) * size, (Math.floor(i / size) + 1) * size);
        const mean = group.reduce((sum, one) => sum + one, 0) / size;
        const variance = group.reduce((sum, one) => sum + (one - mean) ** 2, 0) / size;
        const channel = Math.floor(i / pixels);
        const scaled = (value - mean) / Math.sqrt(variance + epsilon);
        return activated(activation, scaled * (factors[channel] ?? 0) + (summands[channel] ?? 0));
      });
      return { ...source, values };
    }
    case 'enlarge': {
      const source = map(operation.input);
      const { channels, height, width } = source;
      return plainMap(channels, height * 2, width * 2, (c, y, x) => valueAt(source, c, y >> 1, x >> 1));
    }
    case 'join': {
      const maps = operation.inputs.map(map);
      const [{ height, width } = { height: 0, width: 0 }] = maps;
      const channels = maps.reduce((sum, one) => sum + one.channels, 0);
      const values = Float64Array.from(maps.flatMap((one) => [...one.values]));
      return { channels, height, width, values };
    }
  }
}

/** The network's answer to one image. */
export function plainNetwork({ input, output, operations }: FusedGraph, image: PlainMap): PlainMap {
  const maps = new Map([[input, image]]);
  const map = (name: string): PlainMap => {
    const found = maps.get(name);
    if (found === undefined) throw new RangeError(`there is no map ${name}`);
    return found;
  };
  for (const operation of operations) maps.set(operation.output, computed(operation, map));
  return map(output);
}
