/** Multi-head attention in ONNX's operators; the runtime has none for maps of any size. */
import type { MultiHead } from '../layers.js';
import type { GraphWriter } from './graph-writer.js';

/**
 * Writes scaled dot-product attention; sizes stay free.
 *
 * @param query N x H x W x C
 * @param keyValue N x h x w x 2C, keys before values
 * @returns the name of a value N x H x W x C
 */
export function writeAttention(
  graph: GraphWriter,
  query: string,
  keyValue: string,
  { channels, heads }: MultiHead,
): string {
  const size = channels / heads;
  const shape = graph.node('Shape', [query]);
  const scale = graph.initializer(`scale.${size}`, [], Float32Array.of(1 / Math.sqrt(size)));
  const asked = split(graph, graph.node('Mul', [query, scale]), heads, size);
  const both = split(graph, keyValue, 2 * heads, size);
  const part = (from: number): string =>
    graph.node('Slice', [
      both,
      graph.integers(`at.${from}`, [from]),
      graph.integers(`at.${from + heads}`, [from + heads]),
      graph.integers('at.1', [1]),
    ]);
  const keys = graph.node('Transpose', [part(0)], { perm: [0, 1, 3, 2] });
  const weights = graph.node('Softmax', [graph.node('MatMul', [asked, keys])], { axis: 3 });
  const mixed = graph.node('MatMul', [weights, part(heads)]);
  return graph.node('Reshape', [graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), shape]);
}

/** N x H x W x (parts x size) to N x parts x positions x size. */
function split(graph: GraphWriter, value: string, parts: number, size: number): string {
  const shape = graph.integers(`parts.${parts}.${size}`, [0, -1, parts, size]);
  return graph.node('Transpose', [graph.node('Reshape', [value, shape])], { perm: [0, 2, 1, 3] });
}
