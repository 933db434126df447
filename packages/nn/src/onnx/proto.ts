/**
 * The few messages of the ONNX file format that a network needs, written field by field.
 * Field numbers: onnx.proto of ONNX 1.12 (IR version 8), github.com/onnx/onnx.
 */
import protobuf from 'protobufjs/minimal.js';

const floatType = 1;
const lengthDelimited = 2;

export interface OnnxNode {
  readonly operator: string;
  /** Empty strings stand for omitted optional inputs. */
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** An integer, a list of integers, text, or a float marked as such. */
export type OnnxAttribute = number | readonly number[] | string | { readonly float: number };

export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** float32, uint8, int8, int32, int64, or float16 as its bits. */
  readonly data: Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array | Uint16Array;
}

/** A float32 graph input or output; text dimensions are free. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

export interface OnnxModel {
  readonly graphName: string;
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly input: OnnxValueInfo;
  readonly output: OnnxValueInfo;
  /** A second output; undefined: none. */
  readonly tileOutput?: OnnxValueInfo | undefined;
  /** Values inside the graph that are given out after the others, float32 of any shape; undefined: none. */
  readonly observed?: readonly string[] | undefined;
  readonly metadata: ReadonlyMap<string, string>;
}

type Writer = protobuf.Writer;
const tag = (field: number, wireType: number): number => (field << 3) | wireType;

function bytesOf(write: (writer: Writer) => void): Uint8Array {
  const writer = new protobuf.Writer();
  write(writer);
  return writer.finish();
}

const totalLength = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

function message(writer: Writer, field: number, body: () => void): void {
  writer.uint32(tag(field, lengthDelimited)).fork();
  body();
  writer.ldelim();
}

function text(writer: Writer, field: number, value: string): void {
  writer.uint32(tag(field, lengthDelimited)).string(value);
}

function integer(writer: Writer, field: number, value: number): void {
  writer.uint32(tag(field, 0)).int64(value);
}

function writeAttribute(writer: Writer, name: string, value: OnnxAttribute): void {
  message(writer, 5, () => {
    text(writer, 1, name);
    if (typeof value === 'number') {
      integer(writer, 3, value);
      integer(writer, 20, 2);
    } else if (typeof value === 'string') {
      text(writer, 4, value);
      integer(writer, 20, 3);
    } else if ('float' in value) {
      writer.uint32(tag(2, 5)).float(value.float);
      integer(writer, 20, 1);
    } else {
      for (const item of value) integer(writer, 8, item);
      integer(writer, 20, 7);
    }
  });
}

function writeNode(writer: Writer, node: OnnxNode): void {
  message(writer, 1, () => {
    for (const input of node.inputs) text(writer, 1, input);
    text(writer, 2, node.output);
    text(writer, 3, node.output);
    text(writer, 4, node.operator);
    for (const [name, value] of Object.entries(node.attributes ?? {})) writeAttribute(writer, name, value);
  });
}

/** TensorProto.DataType of the numbers of an array. */
const dataTypes: readonly (readonly [type: number, array: new (buffer: ArrayBuffer) => OnnxTensor['data']])[] = [
  [floatType, Float32Array],
  [2, Uint8Array],
  [3, Int8Array],
  [6, Int32Array],
  [7, BigInt64Array],
  [10, Uint16Array],
];

function typeOf(data: OnnxTensor['data']): number {
  return dataTypes.find(([, array]) => data instanceof array)?.[0] ?? 0;
}

/**
 * Numbers of a type of ONNX.
 * @throws {TypeError} for a type that no tensor here has
 */
export function arrayOfType(type: number, buffer: ArrayBuffer): OnnxTensor['data'] {
  const found = dataTypes.find(([known]) => known === type);
  if (found === undefined) throw new TypeError(`tensor type ${type}`);
  return new found[1](buffer);
}

/** A tensor in three pieces, so that weights are copied once, into the finished file. */
function tensorParts({ name, shape, data }: OnnxTensor): readonly Uint8Array[] {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const head = bytesOf((writer) => {
    for (const size of shape) integer(writer, 1, size);
    integer(writer, 2, typeOf(data));
    text(writer, 8, name);
    writer.uint32(tag(9, lengthDelimited)).uint32(raw.length);
  });
  return [bytesOf((writer) => writer.uint32(tag(5, lengthDelimited)).uint32(head.length + raw.length)), head, raw];
}

function writeValueInfo(
  writer: Writer,
  field: number,
  { name, shape }: Pick<OnnxValueInfo, 'name'> & Partial<OnnxValueInfo>,
): void {
  message(writer, field, () => {
    text(writer, 1, name);
    message(writer, 2, () =>
      message(writer, 1, () => {
        integer(writer, 1, floatType);
        if (shape === undefined) return;
        message(writer, 2, () => {
          for (const size of shape) {
            message(writer, 1, () => {
              if (typeof size === 'number') integer(writer, 1, size);
              else text(writer, 2, size);
            });
          }
        });
      }),
    );
  });
}

/**
 * Serialises a model. The graph comes last, so that metadata are read without touching the weights and any truncation
 * leaves an incomplete graph.
 */
export function encodeOnnxModel(model: OnnxModel): Uint8Array {
  const graph = [
    bytesOf((writer) => {
      for (const node of model.nodes) writeNode(writer, node);
      text(writer, 2, model.graphName);
    }),
    ...model.initializers.flatMap(tensorParts),
    bytesOf((writer) => {
      writeValueInfo(writer, 11, model.input);
      writeValueInfo(writer, 12, model.output);
      if (model.tileOutput !== undefined) writeValueInfo(writer, 12, model.tileOutput);
      for (const name of model.observed ?? []) writeValueInfo(writer, 12, { name });
    }),
  ];
  const head = bytesOf((writer) => {
    integer(writer, 1, 8);
    text(writer, 2, 'ftuseg');
    message(writer, 8, () => {
      text(writer, 1, '');
      integer(writer, 2, model.opset);
    });
    for (const [key, value] of model.metadata) {
      message(writer, 14, () => {
        text(writer, 1, key);
        text(writer, 2, value);
      });
    }
    writer.uint32(tag(7, lengthDelimited)).uint32(totalLength(graph));
  });
  const file = new Uint8Array(head.length + totalLength(graph));
  let position = 0;
  for (const part of [head, ...graph]) {
    file.set(part, position);
    position += part.length;
  }
  return file;
}

/** What `decodeOnnxMetadata` finds without reading the graph. */
export interface OnnxMetadata {
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads the metadata of an ONNX file, whoever wrote it; the graph is skipped over. Returns undefined for bytes
 * that are not a complete ONNX model.
 */
export function decodeOnnxMetadata(bytes: Uint8Array): OnnxMetadata | undefined {
  const metadata = new Map<string, string>();
  const seen = new Set<number>();
  try {
    const reader = new protobuf.Reader(bytes);
    while (reader.pos < reader.len) {
      const key = reader.uint32();
      const field = key >>> 3;
      const wireType = key & 7;
      if (field === 14 && wireType === lengthDelimited) {
        const [name, value] = decodeEntry(reader.bytes());
        metadata.set(name, value);
        continue;
      }
      const expected = field === 1 ? 0 : field === 7 || field === 8 ? lengthDelimited : undefined;
      if (expected !== undefined && expected !== wireType) return undefined;
      seen.add(field);
      reader.skipType(wireType);
    }
  } catch {
    return undefined;
  }
  // IR version, graph and operator sets: no valid model lacks them.
  return seen.has(1) && seen.has(7) && seen.has(8) ? { metadata } : undefined;
}

/** A key and its value among a model's metadata. */
export function decodeEntry(bytes: Uint8Array): readonly [string, string] {
  const reader = new protobuf.Reader(bytes);
  const entry: [string, string] = ['', ''];
  while (reader.pos < reader.len) {
    const key = reader.uint32();
    if (key === tag(1, lengthDelimited)) entry[0] = reader.string();
    else if (key === tag(2, lengthDelimited)) entry[1] = reader.string();
    else reader.skipType(key & 7);
  }
  return entry;
}
