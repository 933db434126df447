/**
 * Reads back the graphs that `encodeOnnxModel` writes, so that a finished file can be rewritten for where it runs.
 * Whatever it does not know it refuses: a graph is understood as a whole or left alone.
 */
import protobuf from 'protobufjs/minimal.js';
import {
  arrayOfType,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './proto.js';

/** One field of a message: a number, or the bytes of text and of messages inside. */
interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Uint8Array;
}

const none = new Uint8Array(0);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The fields of a message in their order. Throws `RangeError` where the bytes end early, `TypeError` at what is not read here. */
function fieldsOf(bytes: Uint8Array): readonly Field[] {
  const reader = new protobuf.Reader(bytes);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const number = tag >>> 3;
    const wireType = tag & 7;
    if (wireType === 0) fields.push({ number, value: Number(reader.int64()), bytes: none });
    else if (wireType === 2) fields.push({ number, value: 0, bytes: reader.bytes() });
    else if (wireType === 5) fields.push({ number, value: reader.float(), bytes: none });
    else throw new TypeError(`wire type ${wireType}`);
  }
  return fields;
}

const textOf = ({ bytes }: Field): string => utf8.decode(bytes);

function unknown(what: string, field: Field): never {
  throw new TypeError(`field ${field.number} of ${what}`);
}

function decodeAttribute(bytes: Uint8Array): readonly [string, OnnxAttribute] {
  let name = '';
  let type = 0;
  let [integer, float, text] = [0, 0, ''];
  const integers: number[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) name = textOf(field);
    else if (field.number === 2) float = field.value;
    else if (field.number === 3) integer = field.value;
    else if (field.number === 4) text = textOf(field);
    else if (field.number === 8) integers.push(field.value);
    else if (field.number === 20) type = field.value;
    else unknown('an attribute', field);
  }
  const values: Readonly<Record<number, OnnxAttribute>> = { 1: { float }, 2: integer, 3: text, 7: integers };
  const value = values[type];
  if (value === undefined) throw new TypeError(`attribute type ${type}`);
  return [name, value];
}

function decodeNode(bytes: Uint8Array): OnnxNode {
  const inputs: string[] = [];
  const attributes: Record<string, OnnxAttribute> = {};
  let [operator, output] = ['', ''];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) inputs.push(textOf(field));
    else if (field.number === 2 && output === '') output = textOf(field);
    else if (field.number === 4) operator = textOf(field);
    else if (field.number === 5) {
      const [name, value] = decodeAttribute(field.bytes);
      attributes[name] = value;
    } else if (field.number !== 3) unknown('a node', field);
  }
  return { operator, inputs, output, attributes };
}

function decodeTensor(bytes: Uint8Array): OnnxTensor {
  const shape: number[] = [];
  let name = '';
  let type = 0;
  let raw: Uint8Array = none;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) shape.push(field.value);
    else if (field.number === 2) type = field.value;
    else if (field.number === 8) name = textOf(field);
    else if (field.number === 9) raw = field.bytes;
    else unknown('a tensor', field);
  }
  // A copy: in the file, numbers stand at any byte.
  const { buffer } = new Uint8Array(raw);
  return { name, shape, data: arrayOfType(type, buffer) };
}

/** The one message inside another under this number. */
function inner(bytes: Uint8Array, number: number): Uint8Array {
  const found = fieldsOf(bytes).find((field) => field.number === number);
  if (found === undefined) throw new TypeError(`no field ${number}`);
  return found.bytes;
}

function decodeValueInfo(bytes: Uint8Array): OnnxValueInfo {
  const name = utf8.decode(inner(bytes, 1));
  const shape = fieldsOf(inner(inner(inner(bytes, 2), 1), 2)).map((dimension) => {
    const [size] = fieldsOf(dimension.bytes);
    if (size === undefined) throw new TypeError('a dimension without a size');
    return size.number === 1 ? size.value : textOf(size);
  });
  return { name, shape };
}

/**
 * The model in an ONNX file that `encodeOnnxModel` wrote; undefined for every other file, damaged or only different.
 *
 * @example
 * const model = decodeOnnxModel(await readFile('model.onnx'));
 */
export function decodeOnnxModel(file: Uint8Array): OnnxModel | undefined {
  try {
    return decodeModel(file);
  } catch {
    return undefined;
  }
}

function decodeModel(file: Uint8Array): OnnxModel | undefined {
  const metadata = new Map<string, string>();
  let graph: Uint8Array | undefined;
  let [producer, opset] = ['', 0];
  for (const field of fieldsOf(file)) {
    if (field.number === 2) producer = textOf(field);
    else if (field.number === 7) graph = field.bytes;
    else if (field.number === 8) opset = Number(fieldsOf(field.bytes).find(({ number }) => number === 2)?.value);
    else if (field.number === 14) {
      const entry = fieldsOf(field.bytes);
      const part = (number: number) => utf8.decode(entry.find((one) => one.number === number)?.bytes ?? none);
      metadata.set(part(1), part(2));
    } else if (field.number !== 1) unknown('a model', field);
  }
  if (producer !== 'ftuseg' || graph === undefined) return undefined;
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  let graphName = '';
  let input: OnnxValueInfo | undefined;
  const outputs: OnnxValueInfo[] = [];
  for (const field of fieldsOf(graph)) {
    if (field.number === 1) nodes.push(decodeNode(field.bytes));
    else if (field.number === 2) graphName = textOf(field);
    else if (field.number === 5) initializers.push(decodeTensor(field.bytes));
    else if (field.number === 11) input = decodeValueInfo(field.bytes);
    else if (field.number === 12) outputs.push(decodeValueInfo(field.bytes));
    else unknown('a graph', field);
  }
  const [output, tileOutput, ...others] = outputs;
  if (input === undefined || output === undefined || others.length > 0) return undefined;
  return { graphName, opset, nodes, initializers, input, output, tileOutput, metadata };
}
