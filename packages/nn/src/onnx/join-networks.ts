/**
 * Networks that were trained from one start with the encoder left as it was compute the same until their decoders begin. Joined into one graph, what is the same is there
 * once: a node is the same where its operator, attributes and inputs are, and weights where they are equal to the last bit (hash consing).
 */
import { decodeOnnxModel } from './decode.js';
import { encodeOnnxModel, type OnnxModel, type OnnxNode, type OnnxTensor } from './proto.js';

export interface JoinedNetworks {
  /** Which of the files are in it. */
  readonly members: readonly number[];
  /** ONNX: the input of each of them; one output, N x all their classes x H x W, in the order of the members. */
  readonly file: Uint8Array;
  /** Channels of each member's output. */
  readonly classes: readonly number[];
}

/** Of a network's multiplications, by number of nodes, what must be computed once instead of again. */
const MIN_SHARED = 0.2;
/** Convolutions by which networks are told apart before they are compared as a whole. */
const STEM = 8;

const MULTIPLIES: ReadonlySet<string> = new Set(['Conv', 'MatMul', 'Gemm']);

/**
 * Finds the networks that have enough in common, and joins them. Only files that `exportOnnx` wrote in floating point, without a tile classifier; others are left alone,
 * and so are networks that share nothing.
 *
 * @example
 * const [joined] = joinNetworks([await readFile('fold-0.onnx'), await readFile('fold-1.onnx')]);
 */
export function joinNetworks(files: readonly Uint8Array[]): JoinedNetworks[] {
  const buckets = new Map<string, { readonly members: number[]; readonly models: OnnxModel[] }>();
  for (const [index, file] of files.entries()) {
    const model = decodeOnnxModel(file);
    if (model === undefined || !isJoinable(model)) continue;
    const key = stemOf(model);
    const bucket = buckets.get(key) ?? { members: [], models: [] };
    bucket.members.push(index);
    bucket.models.push(model);
    buckets.set(key, bucket);
  }
  return [...buckets.values()].flatMap(({ members, models }) => {
    const joined = models.length > 1 ? join(models) : undefined;
    return joined === undefined ? [] : [{ members, ...joined }];
  });
}

function isJoinable({ nodes, tileOutput, output }: OnnxModel): boolean {
  const inWholeNumbers = nodes.some(({ operator }) => operator === 'DequantizeLinear');
  return !inWholeNumbers && tileOutput === undefined && typeof output.shape[1] === 'number';
}

/** What networks must have in common to be compared. */
function stemOf({ opset, input, output, nodes, initializers }: OnnxModel): string {
  const tensors = new Map(initializers.map((tensor) => [tensor.name, tensor]));
  const first = nodes.filter(({ operator }) => operator === 'Conv').slice(0, STEM);
  const weights = first.map(({ inputs }) => hashOf(tensors.get(inputs[1] ?? '')?.data ?? new Float32Array(0)));
  return JSON.stringify([opset, input, output.shape.length, weights]);
}

function join(models: readonly OnnxModel[]): Pick<JoinedNetworks, 'file' | 'classes'> | undefined {
  const [first] = models;
  if (first === undefined) return undefined;
  const graph = new SharedGraph(first.input.name);
  const outputs = models.map((model, index) => graph.add(model, `${index}.`));
  const all = models.reduce((sum, { nodes }) => sum + multiplications(nodes), 0);
  if (all - multiplications(graph.nodes) < MIN_SHARED * all) return undefined;
  const classes = models.map(({ output }) => Number(output.shape[1]));
  const name = first.output.name;
  const [batch = 'batch', , height = 'height', width = 'width'] = first.output.shape;
  const total = classes.reduce((sum, count) => sum + count, 0);
  const file = encodeOnnxModel({
    ...first,
    graphName: models.map(({ graphName }) => graphName).join(', '),
    nodes: [...graph.nodes, { operator: 'Concat', inputs: outputs, output: name, attributes: { axis: 1 } }],
    initializers: graph.tensors,
    output: { name, shape: [batch, total, height, width] },
    metadata: new Map(),
  });
  return { file, classes };
}

const multiplications = (nodes: readonly OnnxNode[]): number =>
  nodes.filter(({ operator }) => MULTIPLIES.has(operator)).length;

class SharedGraph {
  readonly nodes: OnnxNode[] = [];
  readonly tensors: OnnxTensor[] = [];
  /** Names of tensors by what they hold. */
  readonly #byContent = new Map<string, OnnxTensor[]>();
  /** Names of values by what computes them. */
  readonly #byWork = new Map<string, string>();

  constructor(private readonly input: string) {}

  /** @param prefix of the names of what is new. @returns the name of the network's output */
  add({ nodes, initializers, output }: OnnxModel, prefix: string): string {
    const names = new Map([
      ['', ''],
      [this.input, this.input],
    ]);
    // Tensors of one network stay apart, also where they are equal: its rewriting names what it makes after them.
    const taken = new Set<string>();
    for (const tensor of initializers) {
      const name = this.#tensor(tensor, prefix, taken);
      taken.add(name);
      names.set(tensor.name, name);
    }
    for (const node of nodes) {
      const inputs = node.inputs.map((name) => names.get(name) ?? `${prefix}${name}`);
      const attributes = Object.entries(node.attributes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
      const work = JSON.stringify([node.operator, inputs, attributes]);
      let name = this.#byWork.get(work);
      if (name === undefined) {
        name = `${prefix}${node.output}`;
        this.#byWork.set(work, name);
        this.nodes.push({ ...node, inputs, output: name });
      }
      names.set(node.output, name);
    }
    return names.get(output.name) ?? output.name;
  }

  #tensor(tensor: OnnxTensor, prefix: string, taken: ReadonlySet<string>): string {
    const { shape, data } = tensor;
    const key = JSON.stringify([data.constructor.name, shape, hashOf(data)]);
    const alike = this.#byContent.get(key) ?? [];
    const same = alike.find(({ name, data: other }) => !taken.has(name) && isSame(other, data));
    if (same !== undefined) return same.name;
    const own = { ...tensor, name: `${prefix}${tensor.name}` };
    this.tensors.push(own);
    this.#byContent.set(key, [...alike, own]);
    return own.name;
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: OnnxTensor['data']): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** FNV-1a over words of 32 bits, and the bytes behind them. */
function hashOf(data: OnnxTensor['data']): number {
  const { buffer, byteOffset, byteLength } = data;
  let hash = 0x811c9dc5 ^ byteLength;
  const words = byteOffset % 4 === 0 ? new Uint32Array(buffer, byteOffset, byteLength >> 2) : new Uint32Array(0);
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193);
  for (const byte of bytesOf(data).subarray(4 * words.length)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

function isSame(one: OnnxTensor['data'], other: OnnxTensor['data']): boolean {
  const [a, b] = [bytesOf(one), bytesOf(other)];
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
