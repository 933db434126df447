/**
 * What an ONNX file of anyone asks of its runtime, read before it gets there: versions, weights that are kept elsewhere, and whether it gives probabilities. A runtime says these things
 * late, in its own words, or not at all: operator sets of the future are run as if they were today's, and weights are looked for where the program was
 * started. Field numbers: onnx.proto of ONNX 1.19, github.com/onnx/onnx.
 */
import protobuf from 'protobufjs/minimal.js';

export interface OnnxFacts {
  readonly irVersion: number;
  /** Of each domain; '' is ONNX's own. */
  readonly operatorSets: ReadonlyMap<string, number>;
  /** A file with weights; undefined: all are inside. */
  readonly externalFile: string | undefined;
  /** The operator that makes probabilities of what is given out first; undefined: none does. */
  readonly activation: string | undefined;
}

/** Graphs in attributes of nodes in graphs. */
const DEEPEST = 32;

/** What of a message is looked at: by field number, what its bytes are. */
type Visitor = (field: number, bytes: Uint8Array) => void;

/** Calls the visitor with every length-delimited field. Throws `RangeError` where the bytes end early, `Error` at a wire type that does not exist. */
function visit(
  bytes: Uint8Array,
  visitor: Visitor,
  number: (field: number, value: number) => void = () => undefined,
): void {
  const reader = new protobuf.Reader(bytes);
  while (reader.pos < reader.len) {
    const key = reader.uint32();
    const [field, wireType] = [key >>> 3, key & 7];
    if (wireType === 2) visitor(field, reader.bytes());
    else if (wireType === 0) number(field, Number(reader.int64()));
    else reader.skipType(wireType);
  }
}

const utf8 = new TextDecoder();

/** @returns the file of a tensor whose data are elsewhere */
function externalFileOf(tensor: Uint8Array): string | undefined {
  let [external, file] = [false, ''];
  visit(
    tensor,
    (field, bytes) => {
      if (field !== 13) return;
      external = true;
      let [key, value] = ['', ''];
      visit(bytes, (part, text) => {
        if (part === 1) key = utf8.decode(text);
        if (part === 2) value = utf8.decode(text);
      });
      if (key === 'location') file = value;
    },
    (field, value) => {
      if (field === 14 && value === 1) external = true;
    },
  );
  return external ? file : undefined;
}

function externalFileIn(graph: Uint8Array, depth: number): string | undefined {
  if (depth > DEEPEST) throw new RangeError('graphs are nested too deep');
  let found: string | undefined;
  const inTensor = (bytes: Uint8Array): void => {
    found ??= externalFileOf(bytes);
  };
  const inAttribute: Visitor = (field, bytes) => {
    if (field === 5 || field === 10) inTensor(bytes);
    else if (field === 6 || field === 11) found ??= externalFileIn(bytes, depth + 1);
  };
  visit(graph, (field, bytes) => {
    if (field === 1) visit(bytes, (part, attribute) => (part === 5 ? visit(attribute, inAttribute) : undefined));
    else if (field === 5) inTensor(bytes);
  });
  return found;
}

const ACTIVATIONS = new Set(['Sigmoid', 'HardSigmoid', 'Softmax', 'LogSoftmax']);
/** What changes the shape or the type of numbers, and not what they are; sizes are changed after an activation too. */
const NEUTRAL = new Set(
  ['Identity', 'Cast', 'Transpose', 'Reshape', 'Squeeze', 'Unsqueeze', 'Slice', 'Resize', 'Upsample', 'Clip'].concat(
    'QuantizeLinear',
    'DequantizeLinear',
  ),
);

interface InspectedNode {
  readonly operator: string;
  readonly input: string | undefined;
}

function activationOf(graph: Uint8Array): string | undefined {
  const makers = new Map<string, InspectedNode>();
  let output: string | undefined;
  visit(graph, (field, bytes) => {
    if (field === 12) {
      visit(bytes, (part, name) => {
        if (part === 1) output ??= utf8.decode(name);
      });
    }
    if (field !== 1) return;
    let [operator, input] = ['', undefined as string | undefined];
    const outputs: string[] = [];
    visit(bytes, (part, text) => {
      if (part === 1) input ??= utf8.decode(text);
      if (part === 2) outputs.push(utf8.decode(text));
      if (part === 4) operator = utf8.decode(text);
    });
    for (const name of outputs) makers.set(name, { operator, input });
  });
  // A graph is no circle, but a file may say so.
  for (let steps = 0; output !== undefined && steps <= makers.size; steps++) {
    const maker = makers.get(output);
    if (maker === undefined) return undefined;
    if (ACTIVATIONS.has(maker.operator)) return maker.operator;
    if (!NEUTRAL.has(maker.operator)) return undefined;
    output = maker.input;
  }
  return undefined;
}

/**
 * @returns undefined for bytes that are not an ONNX file
 * @example
 * inspectOnnx(await readFile('model.onnx'))?.operatorSets.get(''); // 17
 */
export function inspectOnnx(file: Uint8Array): OnnxFacts | undefined {
  let irVersion = 0;
  let externalFile: string | undefined;
  let activation: string | undefined;
  const operatorSets = new Map<string, number>();
  try {
    visit(
      file,
      (field, bytes) => {
        if (field === 7) {
          externalFile ??= externalFileIn(bytes, 0);
          activation ??= activationOf(bytes);
        }
        if (field !== 8) return;
        let [domain, version] = ['', 0];
        visit(
          bytes,
          (_, text) => {
            domain = utf8.decode(text);
          },
          (_, value) => {
            version = value;
          },
        );
        operatorSets.set(domain === 'ai.onnx' ? '' : domain, version);
      },
      (field, value) => {
        if (field === 1) irVersion = value;
      },
    );
  } catch {
    return undefined;
  }
  return { irVersion, operatorSets, externalFile, activation };
}
