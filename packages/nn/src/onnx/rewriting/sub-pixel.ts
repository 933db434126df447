/**
 * A 3 x 3 convolution of a map enlarged by repeating its pixels sees every pixel two or four times. Each of the four pixels that one
 * becomes is a 2 x 2 convolution of the small map, so four small convolutions, interleaved, do the same with 4/9 of the multiplications:
 * the sub-pixel convolution (Shi et al. 2016, arXiv:1609.05158) read backwards. In a Unet that is nearly half of the decoder.
 */

import type { OnnxNode } from '../proto.js';
import type { GraphRewriting } from './graph-rewriting.js';

/** Down and right of the small map's pixel; in this order everywhere. */
const phases = [0, 1, 2, 3].map((index) => ({ down: index >> 1, right: index & 1 }));

/** Which of three rows (or columns) of a kernel each of a phase's two adds up: an even pixel has its upper neighbour's value above it alone. */
const taps: readonly (readonly (readonly number[])[])[] = [
  [[0], [1, 2]],
  [[0, 1], [2]],
];

/**
 * Writes `conv`, if it is one of an enlarged map or of `Concat(enlarged map, other map)`, as convolutions of the small map. A `Relu` that
 * alone follows is written with it.
 * @returns the name of the value that is now written: the convolution's or the activation's; undefined where nothing was written
 */
export function writeSubPixel(graph: GraphRewriting, conv: OnnxNode): string | undefined {
  const [input = '', weightName = '', ...bias] = conv.inputs;
  const join = graph.producer(input);
  const [first, other, ...more] = join?.operator === 'Concat' && join.attributes?.axis === 1 ? join.inputs : [input];
  const small = smallMap(graph, first ?? '');
  const weight = graph.weights(weightName);
  if (small === undefined || weight === undefined || more.length > 0) return undefined;
  const [out = 0, all = 0] = weight.shape;
  const inside = other === undefined ? all : graph.channels(small);
  if (inside === undefined || (other !== undefined && graph.channels(other) !== all - inside)) return undefined;

  const follower = graph.onlyConsumer(conv.output);
  const output = follower?.operator === 'Relu' ? follower.output : conv.output;
  const rest =
    other === undefined
      ? undefined
      : graph.tensor(`${weightName}.other`, [out, all - inside, 3, 3], otherKernel(weight.data, { out, all, inside }));
  const written = phases.map(({ down, right }, index) => {
    const name = `${conv.output}.phase.${index}`;
    const pads = [1 - down, 1 - right, down, right];
    const kernel = graph.tensor(
      `${weightName}.phase.${index}`,
      [out, inside, 2, 2],
      phaseKernel(weight.data, { out, all, inside, down, right }),
    );
    const own = graph.convolution(small, [kernel, ...bias], `${name}.small`, { kernel: 2, stride: 1, pads });
    let value = own;
    if (other !== undefined && rest !== undefined) {
      // The other map is as large as the result: of its pixels, every second row and column answers for this phase.
      const joined = graph.convolution(other, [rest], `${name}.other`, { kernel: 3, stride: 2, pads });
      value = graph.node('Add', [own, joined], `${name}.sum`);
    }
    return output === conv.output ? value : graph.node('Relu', [value], `${name}.active`);
  });
  interleave(graph, written, out, output);
  return output;
}

/** The small map, if this one is it with every pixel repeated 2 x 2. */
function smallMap(graph: GraphRewriting, name: string): string | undefined {
  const node = graph.producer(name);
  if (node?.operator !== 'Resize' || node.attributes?.mode !== 'nearest') return undefined;
  return graph.weights(node.inputs[2])?.data.join() === '1,1,2,2' ? node.inputs[0] : undefined;
}

interface Part {
  readonly out: number;
  /** Input channels of the whole kernel, and how many of them, from the first, are the small map's. */
  readonly all: number;
  readonly inside: number;
}

/** out x inside x 2 x 2 from out x all x 3 x 3. */
function phaseKernel(
  weight: Float32Array,
  part: Part & { readonly down: number; readonly right: number },
): Float32Array {
  const { out, all, inside, down, right } = part;
  const kernel = new Float32Array(out * inside * 4);
  let to = 0;
  for (let o = 0; o < out; o++) {
    for (let c = 0; c < inside; c++) {
      const from = (o * all + c) * 9;
      for (const rows of taps[down] ?? []) {
        for (const columns of taps[right] ?? []) {
          let sum = 0;
          for (const row of rows) for (const column of columns) sum += weight[from + row * 3 + column] ?? 0;
          kernel[to++] = sum;
        }
      }
    }
  }
  return kernel;
}

/** The kernel's other input channels, out x (all - inside) x 3 x 3. */
function otherKernel(weight: Float32Array, { out, all, inside }: Part): Float32Array {
  const rest = new Float32Array(out * (all - inside) * 9);
  for (let o = 0; o < out; o++) {
    rest.set(weight.subarray((o * all + inside) * 9, (o + 1) * all * 9), o * (all - inside) * 9);
  }
  return rest;
}

/**
 * Four maps N x C x H x W, one per phase, to one N x C x 2H x 2W. With channels last, pixels are pieces of memory, and two concatenations
 * interleave them; ONNX Runtime does the transpositions as part of leaving and entering its own layout. The `Reshape` that changes nothing
 * keeps it from moving the first transposition behind the concatenation, where it would be a step of its own.
 */
function interleave(graph: GraphRewriting, maps: readonly string[], channels: number, output: string): void {
  const last = maps.map((map) => {
    const moved = graph.node('Transpose', [map], `${map}.last`, { perm: [0, 2, 3, 1] });
    return graph.node('Reshape', [moved, graph.integers(0, 0, 0, -1)], `${map}.last.here`);
  });
  const rows = [0, 1].map((down) =>
    graph.node('Concat', last.slice(2 * down, 2 * down + 2), `${output}.row.${down}`, { axis: 3 }),
  );
  const both = graph.node('Concat', rows, `${output}.rows`, { axis: 2 });
  const whole = graph.node('Reshape', [both, graph.integers(0, -1, 0, channels)], `${output}.last`);
  graph.node('Transpose', [whole], output, { perm: [0, 3, 1, 2] });
}
