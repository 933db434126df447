/**
 * The form of a network in 8 bits in which a processor runs it fastest. ONNX Runtime enlarges a map of bytes pixel by pixel, where moving rows of memory
 * does the same; and the last convolution, which stays in float, fills all lanes when it is written over blocks.
 */

import type { OnnxModel, OnnxNode, OnnxTensor } from '../onnx/proto.js';
import { writeBlockedHead } from '../onnx/rewriting/blocked-head.js';
import { GraphRewriting, isPlainConvolution } from '../onnx/rewriting/graph-rewriting.js';

export interface ProcessorFormOptions {
  /**
   * Halves the weights' steps. Processors that multiply bytes in pairs and add the pairs in 16 bits (AVX2 and AVX-512 without VNNI) saturate with weights
   * of 8 bits: 2 * 255 * 127 is more than 32,767, 2 * 255 * 64 is not.
   */
  readonly narrowWeights: boolean;
}

/** @param model of `writeQuantised` */
export function quantisedProcessorForm(model: OnnxModel, { narrowWeights }: ProcessorFormOptions): OnnxModel {
  const graph = new GraphRewriting(narrowWeights ? withNarrowWeights(model) : model);
  const done = new Set<string>();
  for (const node of model.nodes) {
    if (done.has(node.output)) continue;
    let written: string | undefined;
    if (node.operator === 'Resize') written = writeEnlarged(graph, node);
    else if (node.output === model.output.name && isPlainConvolution(node)) written = writeBlockedHead(graph, node);
    if (written === undefined) graph.nodes.push(node);
    else done.add(written);
  }
  const outputs = [model.output.name, ...(model.tileOutput === undefined ? [] : [model.tileOutput.name])];
  return { ...model, ...graph.result(outputs) };
}

/** @returns the name of the value that is now written: of the bytes, each pixel twice across and down */
function writeEnlarged(graph: GraphRewriting, resize: OnnxNode): string | undefined {
  const [input = '', , scales] = resize.inputs;
  const bytes = graph.producer(input)?.inputs[0];
  const after = graph.onlyConsumer(resize.output);
  const channels = graph.channels(input);
  if (bytes === undefined || channels === undefined || after?.operator !== 'QuantizeLinear') return undefined;
  if (graph.weights(scales)?.data.join() !== '1,1,2,2') return undefined;
  const { output } = after;
  const last = graph.node('Transpose', [bytes], `${output}.last`, { perm: [0, 2, 3, 1] });
  const across = graph.node('Concat', [last, last], `${output}.across`, { axis: 3 });
  const down = graph.node('Concat', [across, across], `${output}.down`, { axis: 2 });
  const whole = graph.node('Reshape', [down, graph.integers(0, -1, 0, channels)], `${output}.whole`);
  return graph.node('Transpose', [whole], output, { perm: [0, 3, 1, 2] });
}

/** Half of a whole number, ties to even: rounding them up would move every odd weight the same way. */
function half(number: number): number {
  const down = Math.floor(number / 2);
  return number % 2 === 0 || down % 2 === 0 ? down : down + 1;
}

/** Weights, and the biases that are in units of their scale; undefined for other numbers. */
function halved(data: OnnxTensor['data']): Int8Array | Int32Array | undefined {
  return data instanceof Int8Array || data instanceof Int32Array ? data.map(half) : undefined;
}

/** Weights of -64..64 at twice the scale. */
function withNarrowWeights(model: OnnxModel): OnnxModel {
  const tensors = new Map(model.initializers.map((tensor) => [tensor.name, tensor]));
  for (const { operator, inputs } of model.nodes) {
    const [numbers, scales] = inputs.map((name) => tensors.get(name));
    if (operator !== 'DequantizeLinear' || numbers === undefined || !(scales?.data instanceof Float32Array)) continue;
    const data = halved(numbers.data);
    if (data === undefined) continue;
    tensors.set(numbers.name, { ...numbers, data });
    tensors.set(scales.name, { ...scales, data: scales.data.map((scale) => 2 * scale) });
  }
  return { ...model, initializers: [...tensors.values()] };
}
