/**
 * ONNX Runtime computes sixteen output channels at once. A last convolution to one class fills one of sixteen lanes; written over blocks of
 * 4 x 4 pixels (2 x 2 for a few classes), each pixel of a block a channel of its own, it fills them all.
 */

import type { OnnxNode } from '../proto.js';
import type { GraphRewriting } from './graph-rewriting.js';

/** Output channels that are computed together. */
const LANES = 16;

/**
 * Writes a 3 x 3 convolution to at most four classes over blocks; its map's height and width must be multiples of 4.
 * @returns the name of the value that is now written; undefined where nothing was written
 */
export function writeBlockedHead(graph: GraphRewriting, conv: OnnxNode): string | undefined {
  const [input = '', weightName = '', biasName = ''] = conv.inputs;
  const weight = graph.weights(weightName);
  const bias = graph.weights(biasName);
  if (weight === undefined || bias === undefined) return undefined;
  const [classes = 0, inside = 0] = weight.shape;
  if (classes * 4 > LANES) return undefined;
  const block = classes === 1 ? 4 : 2;
  const kernel = block + 2;
  const out = classes * block * block;
  const wide = new Float32Array(out * inside * kernel * kernel);
  // DepthToSpace's order "CRD": class, row of the block, column.
  for (let o = 0; o < out; o++) {
    const [row, column] = [Math.floor(o / block) % block, o % block];
    for (let c = 0; c < inside; c++) {
      const from = (Math.floor(o / (block * block)) * inside + c) * 9;
      for (let tap = 0; tap < 9; tap++) {
        const to = ((o * inside + c) * kernel + row + Math.floor(tap / 3)) * kernel + column + (tap % 3);
        wide[to] = weight.data[from + tap] ?? 0;
      }
    }
  }
  const parameters = [
    graph.tensor(`${weightName}.blocks`, [out, inside, kernel, kernel], wide),
    graph.tensor(`${biasName}.blocks`, [out], wideBias(bias.data, block * block)),
  ];
  const window = { kernel, stride: block, pads: [1, 1, 1, 1] };
  const blocks = graph.convolution(input, parameters, `${conv.output}.blocks`, window);
  return graph.node('DepthToSpace', [blocks], conv.output, { blocksize: block, mode: 'CRD' });
}

function wideBias(bias: Float32Array, pixels: number): Float32Array {
  return Float32Array.from({ length: bias.length * pixels }, (_, o) => bias[Math.floor(o / pixels)] ?? 0);
}
