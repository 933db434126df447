/** Whether the operations of a network fit together: a file that was damaged or written by hand may say anything. */
import type { FusedConvolution, FusedGraph, FusedOperation } from './fused-operations.js';

interface MapShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** An image as small as networks take, and of unlike sides. */
const image: MapShape = { channels: 3, height: 32, width: 96 };

/** @returns whether every operation gets maps of the channels and sides that it needs, and the logits are as large as the image */
export function hasSoundShapes({ input, output, operations }: FusedGraph): boolean {
  const shapes = new Map([[input, image]]);
  for (const operation of operations) {
    const shape = shapeOf(operation, (name) => shapes.get(name));
    if (shape === undefined) return false;
    shapes.set(operation.output, shape);
  }
  const logits = shapes.get(output);
  return logits?.height === image.height && logits.width === image.width && output !== input;
}

type Known = (name: string) => MapShape | undefined;

/** @returns undefined where the operation does not fit what comes before it */
function shapeOf(operation: FusedOperation, known: Known): MapShape | undefined {
  switch (operation.kind) {
    case 'convolution':
      return convolved(operation, known(operation.input));
    case 'up-convolution': {
      const { inChannels, outChannels, weights, bias } = operation;
      const isWhole = weights.length === inChannels * outChannels * 16 && bias.length === outChannels;
      const map = known(operation.input);
      return isWhole && map?.channels === inChannels ? { ...enlarged(map, 2), channels: outChannels } : undefined;
    }
    case 'add': {
      const [a, b] = operation.inputs.map(known);
      return a !== undefined && b !== undefined && isSame(a, b) ? a : undefined;
    }
    case 'mean': {
      const map = known(operation.input);
      return map && { channels: map.channels, height: 1, width: 1 };
    }
    case 'scale': {
      const [map, factors] = [known(operation.input), known(operation.factors)];
      const isSingle = factors?.height === 1 && factors.width === 1 && factors.channels === map?.channels;
      return isSingle ? map : undefined;
    }
    case 'pool': {
      const map = known(operation.input);
      return map && { ...map, height: Math.ceil(map.height / 2), width: Math.ceil(map.width / 2) };
    }
    case 'enlarge':
    case 'stretch': {
      const map = known(operation.input);
      return map && enlarged(map, operation.kind === 'stretch' ? operation.factor : 2);
    }
    case 'group-norm': {
      const { groups, factors, summands, input } = operation;
      const map = known(input);
      const isWhole = factors.length === map?.channels && summands.length === map.channels;
      return isWhole && map.channels % groups === 0 ? map : undefined;
    }
    case 'join': {
      const maps = operation.inputs.map(known);
      const [first] = maps;
      if (first === undefined) return undefined;
      let channels = 0;
      for (const map of maps) {
        if (map === undefined || !isSame({ ...map, channels: 0 }, { ...first, channels: 0 })) return undefined;
        channels += map.channels;
      }
      return { ...first, channels };
    }
  }
}

const isSame = (a: MapShape, b: MapShape): boolean =>
  a.channels === b.channels && a.height === b.height && a.width === b.width;

const enlarged = ({ channels, height, width }: MapShape, factor: number): MapShape => ({
  channels,
  height: height * factor,
  width: width * factor,
});

function convolved(operation: FusedConvolution, map: MapShape | undefined): MapShape | undefined {
  const { kernel, stride, pads, depthwise, inChannels, outChannels, weights, bias } = operation;
  const [top, left, bottom, right] = pads;
  const deep = depthwise ? 1 : inChannels;
  const isWhole = weights.length === outChannels * deep * kernel * kernel && bias.length === outChannels;
  if (!isWhole || map?.channels !== inChannels || stride < 1 || Math.min(...pads) < 0) return undefined;
  const height = Math.floor((map.height + top + bottom - kernel) / stride) + 1;
  const width = Math.floor((map.width + left + right - kernel) / stride) + 1;
  return height < 1 || width < 1 ? undefined : { channels: outChannels, height, width };
}
