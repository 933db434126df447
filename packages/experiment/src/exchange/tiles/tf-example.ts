/**
 * TensorFlow's tf.train.Example in and out (tensorflow/core/example/example.proto, feature.proto): a map from names to lists of bytes, floats
 * or integers. Six small messages need no protobuf library.
 */
import { FtuError } from '@ftuseg/core';

/** The values of one feature; `int64` as numbers, which are exact up to 2^53. */
export type TfFeature =
  | { readonly kind: 'bytes'; readonly values: readonly Uint8Array[] }
  | { readonly kind: 'float'; readonly values: readonly number[] }
  | { readonly kind: 'int64'; readonly values: readonly number[] };

export type TfExample = ReadonlyMap<string, TfFeature>;

/** Field numbers in `message Feature`. */
const FEATURE = { bytes: 1, float: 2, int64: 3 } as const;
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  // A negative integer is written as its two's complement of 64 bits.
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.from([...bytes, Number(rest)]);
}

/** A field whose value is bytes, text, a message, or numbers one after another. */
function delimited(field: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([varint(field * 8 + LENGTH_DELIMITED), varint(length), ...parts]);
}

function listOf(feature: TfFeature): Uint8Array {
  switch (feature.kind) {
    case 'bytes':
      return Buffer.concat(feature.values.map((value) => delimited(1, [value])));
    case 'float': {
      const view = new DataView(new ArrayBuffer(feature.values.length * 4));
      feature.values.forEach((value, i) => {
        view.setFloat32(i * 4, value, true);
      });
      return delimited(1, [new Uint8Array(view.buffer)]);
    }
    case 'int64':
      return delimited(1, feature.values.map(varint));
  }
}

/**
 * The bytes of an example, features in the order of the map.
 *
 * @example
 * encodeTfRecord(encodeTfExample(new Map([['height', { kind: 'int64', values: [256] }]])));
 */
export function encodeTfExample(example: TfExample): Uint8Array {
  const entries = [...example].map(([name, feature]) => {
    const value = delimited(2, [delimited(FEATURE[feature.kind], [listOf(feature)])]);
    return delimited(1, [delimited(1, [new TextEncoder().encode(name)]), value]);
  });
  return delimited(1, entries);
}

/** One field of a message: its bytes, or the bits of a number. */
type Field =
  | { readonly number: number; readonly bytes: Uint8Array }
  | { readonly number: number; readonly bits: bigint };

function readVarint(bytes: Uint8Array, at: number): { readonly value: bigint; readonly next: number } {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) break;
    value |= BigInt(byte & 127) << BigInt(7 * i);
    if (byte < 128) return { value, next: at + i + 1 };
  }
  throw new RangeError('a number is cut off');
}

function* fieldsOf(message: Uint8Array): Generator<Field, void> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  for (let at = 0; at < message.length; ) {
    const { value: key, next } = readVarint(message, at);
    const number = Number(key >> 3n);
    const type = Number(key & 7n);
    if (type === VARINT) {
      const { value: bits, next: end } = readVarint(message, next);
      yield { number, bits };
      at = end;
    } else if (type === FIXED64) {
      yield { number, bits: view.getBigUint64(next, true) };
      at = next + 8;
    } else if (type === FIXED32) {
      yield { number, bits: BigInt(view.getUint32(next, true)) };
      at = next + 4;
    } else if (type === LENGTH_DELIMITED) {
      const { value: length, next: start } = readVarint(message, next);
      if (length > BigInt(message.length - start)) throw new RangeError('a field is cut off');
      at = start + Number(length);
      yield { number, bytes: message.subarray(start, at) };
    } else {
      throw new RangeError(`wire type ${type} is unknown`);
    }
  }
}

const messagesIn = (message: Uint8Array, number: number): Uint8Array[] =>
  [...fieldsOf(message)].flatMap((field) => (field.number === number && 'bytes' in field ? [field.bytes] : []));

function floatsIn(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
}

function int64sIn(bytes: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, next } = readVarint(bytes, at);
    values.push(Number(BigInt.asIntN(64, value)));
    at = next;
  }
  return values;
}

const floatOfBits = (bits: bigint): number => new Float32Array(Uint32Array.of(Number(bits)).buffer)[0] ?? Number.NaN;

/** The list in a feature; numbers may be packed into one field or stand one by one. */
function readFeature(message: Uint8Array): TfFeature | undefined {
  const [field] = fieldsOf(message);
  if (field === undefined || !('bytes' in field)) return undefined;
  const values = [...fieldsOf(field.bytes)].filter(({ number }) => number === 1);
  switch (field.number) {
    case FEATURE.bytes:
      return { kind: 'bytes', values: values.flatMap((value) => ('bytes' in value ? [value.bytes] : [])) };
    case FEATURE.float:
      return {
        kind: 'float',
        values: values.flatMap((value) => ('bytes' in value ? floatsIn(value.bytes) : floatOfBits(value.bits))),
      };
    case FEATURE.int64:
      return {
        kind: 'int64',
        values: values.flatMap((value) =>
          'bytes' in value ? int64sIn(value.bytes) : Number(BigInt.asIntN(64, value.bits)),
        ),
      };
    default:
      return undefined;
  }
}

/**
 * The features of an example; values of kind `bytes` are views of `bytes`. Features without a list are left out.
 *
 * @param subject What errors name, such as the file's path.
 * @throws FtuError `bad-input` for bytes that are no tf.train.Example
 * @example
 * const height = decodeTfExample(record).get('height');
 */
export function decodeTfExample(bytes: Uint8Array, subject?: string): TfExample {
  try {
    const entries = messagesIn(bytes, 1).flatMap((features) => messagesIn(features, 1));
    return new Map(
      entries.flatMap((entry): [string, TfFeature][] => {
        const [name] = messagesIn(entry, 1);
        const [value] = messagesIn(entry, 2);
        const feature = value === undefined ? undefined : readFeature(value);
        return name === undefined || feature === undefined ? [] : [[new TextDecoder().decode(name), feature]];
      }),
    );
  } catch (cause) {
    throw new FtuError('bad-input', 'the record is no tf.train.Example', {
      ...(subject === undefined ? {} : { subject }),
      cause,
    });
  }
}
