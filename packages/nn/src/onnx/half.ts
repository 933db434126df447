/**
 * A network in half precision: weights and activations as float16, for devices that compute faster in it. Input and output stay
 * float32, so that whoever runs the file need not know.
 */
import { float32ToFloat16 } from '../state/half.js';
import type { OnnxNode, OnnxTensor } from './proto.js';

/** TensorProto.DataType of ONNX. */
const FLOAT = 1;
const FLOAT16 = 10;

interface Graph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
}

/**
 * @param input and @param outputs names of the graph's own values, float32 before and after
 * @example
 * const { nodes, initializers } = toHalf({ nodes: ops.nodes, initializers: ops.initializers }, 'image', ['logits']);
 */
export function toHalf({ nodes, initializers }: Graph, input: string, outputs: readonly string[]): Graph {
  // Sizes and scales of a resampling are float32 by the operator's definition.
  const kept = new Set(nodes.filter(({ operator }) => operator === 'Resize').flatMap(({ inputs }) => inputs.slice(1)));
  const inner = (name: string): string => (name === input || outputs.includes(name) ? `${name}.half` : name);
  return {
    nodes: [
      { operator: 'Cast', inputs: [input], output: inner(input), attributes: { to: FLOAT16 } },
      ...nodes.map((node) => ({ ...node, inputs: node.inputs.map(inner), output: inner(node.output) })),
      ...outputs.map((output) => ({
        operator: 'Cast',
        inputs: [inner(output)],
        output,
        attributes: { to: FLOAT },
      })),
    ],
    initializers: initializers.map((tensor) => {
      if (!(tensor.data instanceof Float32Array) || kept.has(tensor.name)) return tensor;
      return { ...tensor, data: float32ToFloat16(tensor.data) };
    }),
  };
}
