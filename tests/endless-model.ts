/**
 * A model file whose network never answers: a loop of 2^62 rounds over the mean of the three colours. What is asked to stop meanwhile cannot
 * wait for it.
 */

type Field = readonly [number: number, value: number | bigint | string | Uint8Array];

function varint(value: bigint): number[] {
  return value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)];
}

/** A message of the protocol buffers of onnx.proto. */
function message(...fields: readonly Field[]): Uint8Array {
  const bytes = fields.flatMap(([number, value]) => {
    if (typeof value === 'number' || typeof value === 'bigint') {
      return [...varint(BigInt(number << 3)), ...varint(BigInt(value))];
    }
    const data = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    return [...varint(BigInt((number << 3) | 2)), ...varint(BigInt(data.length)), ...data];
  });
  return Uint8Array.from(bytes);
}

const FLOAT = 1;
const INT64 = 7;
const BOOL = 9;

function valueInfo(name: string, type: number, shape: readonly (number | string)[]): Uint8Array {
  const sides = shape.map((side): Field => [1, typeof side === 'number' ? message([1, side]) : message([2, side])]);
  const tensor = message([1, type], [2, message(...sides)]);
  return message([1, name], [2, message([1, tensor])]);
}

const node = (type: string, inputs: readonly string[], outputs: readonly string[], ...attributes: Uint8Array[]) =>
  message(
    ...inputs.map((name): Field => [1, name]),
    ...outputs.map((name): Field => [2, name]),
    [4, type],
    ...attributes.map((one): Field => [5, one]),
  );

const GRAPH = 5;
const INTS = 7;
const INT = 2;

/** The bytes of the model file: tiles of 64 pixels, one class, at native pixels. */
export function endlessModel(): Uint8Array {
  const map = ['batch', 1, 64, 64];
  const body = message(
    [1, node('Identity', ['going'], ['on'])],
    [1, node('Cos', ['before'], ['after'])],
    [2, 'round'],
    [11, valueInfo('number', INT64, [])],
    [11, valueInfo('going', BOOL, [])],
    [11, valueInfo('before', FLOAT, map)],
    [12, valueInfo('on', BOOL, [])],
    [12, valueInfo('after', FLOAT, map)],
  );
  const axes = message([1, 'axes'], [8, 1], [20, INTS]);
  const keepdims = message([1, 'keepdims'], [3, 1], [20, INT]);
  const graph = message(
    [1, node('ReduceMean', ['image'], ['mean'], axes, keepdims)],
    [1, node('Loop', ['rounds', 'always', 'mean'], ['logits'], message([1, 'body'], [6, body], [20, GRAPH]))],
    [2, 'endless'],
    [5, message([2, INT64], [7, varint64(2n ** 62n)], [8, 'rounds'])],
    [5, message([2, BOOL], [5, Uint8Array.of(1)], [8, 'always'])],
    [11, valueInfo('image', FLOAT, ['batch', 3, 64, 64])],
    [12, valueInfo('logits', FLOAT, map)],
  );
  const card = {
    format: 1,
    name: 'endless',
    decoder: 'unet',
    encoder: 'resnet18',
    classes: ['glomerulus'],
    tileSize: 64,
    micronsPerPixel: null,
    downsample: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    threshold: 0.5,
    training: {},
  };
  return message(
    [1, 7],
    [7, graph],
    [8, message([2, 13])],
    [14, message([1, 'ftuseg.model_card'], [2, JSON.stringify(card)])],
  );
}

/** Packed, as proto3 has repeated numbers. */
function varint64(value: bigint): Uint8Array {
  return Uint8Array.from(varint(value));
}
