/**
 * A network in 8 bits or in half precision as one in float32, for processors and accelerators that are not faster in the former: its weights are those that
 * the file can say, its activations are not rounded at all.
 */
import type { OnnxModel, OnnxNode, OnnxTensor } from '../onnx/proto.js';
import { float16ToFloat32 } from '../state/half.js';

/** Whether the model is one that `writeQuantised` wrote. */
export const isQuantised = ({ nodes }: OnnxModel): boolean =>
  nodes.some(({ operator }) => operator === 'QuantizeLinear');

/** Whether the model is one that `toHalf` wrote. */
const isHalf = ({ initializers }: OnnxModel): boolean => initializers.some(({ data }) => data instanceof Uint16Array);

/** @returns the model as it is, where it is in float32 */
export function floatForm(model: OnnxModel): OnnxModel {
  if (!isQuantised(model) && !isHalf(model)) return model;
  const tensors = new Map(model.initializers.map((tensor) => [tensor.name, inFloat32(tensor)]));
  const outputs = [model.output.name, ...(model.tileOutput === undefined ? [] : [model.tileOutput.name])];
  /** What a value without rounding is called. */
  const plain = new Map<string, string>();
  // What is rounded to become an output takes the output's name.
  for (const { operator, inputs, output } of model.nodes) {
    if (operator === 'Cast' && outputs.includes(output)) plain.set(inputs[0] ?? '', output);
  }
  const nameOf = (name: string): string => plain.get(name) ?? name;
  const nodes: OnnxNode[] = [];
  for (const node of model.nodes) {
    const [from = '', scales = '', zeros = ''] = node.inputs;
    const numbers = tensors.get(from);
    if (node.operator === 'DequantizeLinear' && numbers !== undefined) {
      tensors.set(node.output, dequantised(node.output, numbers, [tensors.get(scales), tensors.get(zeros)]));
    } else if (roundings.has(node.operator)) {
      if (!outputs.includes(node.output)) plain.set(node.output, nameOf(from));
    } else {
      nodes.push({ ...node, inputs: node.inputs.map(nameOf), output: nameOf(node.output) });
    }
  }
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  return { ...model, nodes, initializers: [...tensors.values()].filter(({ name }) => used.has(name)) };
}

/** Operators that change how a value is written and nothing else. */
const roundings = new Set(['QuantizeLinear', 'DequantizeLinear', 'Cast']);

const inFloat32 = (tensor: OnnxTensor): OnnxTensor =>
  tensor.data instanceof Uint16Array ? { ...tensor, data: float16ToFloat32(tensor.data) } : tensor;

/** (number - zero) * scale, one scale and zero for each of the first axis' channels. */
function dequantised(
  name: string,
  { shape, data }: OnnxTensor,
  [scales, zeros]: readonly (OnnxTensor | undefined)[],
): OnnxTensor {
  const channels = scales?.data.length ?? 1;
  const length = data.length / channels;
  const values = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const channel = Math.floor(i / length);
    values[i] = (Number(data[i]) - Number(zeros?.data[channel] ?? 0)) * Number(scales?.data[channel] ?? 1);
  }
  return { name, shape, data: values };
}
