/**
 * A network in 8 bits as one in float32, for processors and accelerators that are not faster in 8 bits: its weights are those that 8 bits can say, its
 * activations are not rounded at all.
 */
import type { OnnxModel, OnnxNode, OnnxTensor } from '../onnx/proto.js';

/** Whether the model is one that `writeQuantised` wrote. */
export const isQuantised = ({ nodes }: OnnxModel): boolean =>
  nodes.some(({ operator }) => operator === 'QuantizeLinear');

/** @returns the model as it is, where it has nothing in 8 bits */
export function floatForm(model: OnnxModel): OnnxModel {
  if (!isQuantised(model)) return model;
  const tensors = new Map(model.initializers.map((tensor) => [tensor.name, tensor]));
  /** What a value without rounding is called. */
  const plain = new Map<string, string>();
  const nameOf = (name: string): string => plain.get(name) ?? name;
  const nodes: OnnxNode[] = [];
  for (const node of model.nodes) {
    const [from = '', scales = '', zeros = ''] = node.inputs;
    const numbers = tensors.get(from);
    if (node.operator === 'DequantizeLinear' && numbers !== undefined) {
      tensors.set(node.output, dequantised(node.output, numbers, [tensors.get(scales), tensors.get(zeros)]));
    } else if (node.operator === 'QuantizeLinear' || node.operator === 'DequantizeLinear') {
      plain.set(node.output, nameOf(from));
    } else {
      nodes.push({ ...node, inputs: node.inputs.map(nameOf) });
    }
  }
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  return { ...model, nodes, initializers: [...tensors.values()].filter(({ name }) => used.has(name)) };
}

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
