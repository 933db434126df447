/** ONNX files as other programs write them, sound or not: the few messages of the format, by field number. */
import { testCard } from './fakes.js';

type Bytes = readonly number[];

const varint = (value: number): Bytes =>
  value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
const number = (field: number, value: number): Bytes => [...varint(field * 8), ...varint(value)];
const block = (field: number, bytes: Bytes): Bytes => [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
const text = (field: number, value: string): Bytes => block(field, [...new TextEncoder().encode(value)]);

export interface ForeignValue {
  readonly name: string;
  /** Of ONNX: 1 float32, 2 uint8, 7 int64, 10 float16. */
  readonly type?: number;
  readonly shape?: readonly (number | string)[];
}

export interface ForeignModel {
  readonly irVersion?: number;
  readonly operatorSet?: number;
  readonly nodes?: readonly {
    readonly operator: string;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    readonly domain?: string;
  }[];
  readonly inputs?: readonly ForeignValue[];
  readonly outputs?: readonly ForeignValue[];
  /** A weight of shape 1 x 3 x 1 x 1, which is in this file. */
  readonly externalWeight?: string;
}

const value = ({ name, type = 1, shape }: ForeignValue): Bytes => {
  const sizes = (shape ?? []).flatMap((size) => block(1, typeof size === 'number' ? number(1, size) : text(2, size)));
  return [
    ...text(1, name),
    ...block(2, block(1, [...number(1, type), ...(shape === undefined ? [] : block(2, sizes))])),
  ];
};

export const picture: ForeignValue = { name: 'x', shape: ['n', 3, 'h', 'w'] };
export const map: ForeignValue = { name: 'y', shape: ['n', 3, 'h', 'w'] };

/** With a card that is in order; a Relu of its input where nothing else is said. */
export function foreignModel(model: ForeignModel = {}): Uint8Array {
  const { irVersion = 8, operatorSet = 17, inputs = [picture], outputs = [map], externalWeight } = model;
  const { nodes = [{ operator: 'Relu', inputs: ['x'], outputs: ['y'] }] } = model;
  const weight = [
    ...[1, 3, 1, 1].flatMap((size) => number(1, size)),
    ...number(2, 1),
    ...text(8, 'w'),
    ...block(13, [...text(1, 'location'), ...text(2, externalWeight ?? '')]),
    ...number(14, 1),
  ];
  const graph = [
    ...nodes.flatMap((node) =>
      block(1, [
        ...node.inputs.flatMap((name) => text(1, name)),
        ...node.outputs.flatMap((name) => text(2, name)),
        ...text(4, node.operator),
        ...(node.domain === undefined ? [] : text(7, node.domain)),
      ]),
    ),
    ...text(2, 'graph'),
    ...(externalWeight === undefined ? [] : block(5, weight)),
    ...inputs.flatMap((one) => block(11, value(one))),
    ...outputs.flatMap((one) => block(12, value(one))),
  ];
  return Uint8Array.from([
    ...number(1, irVersion),
    ...block(8, [...text(1, ''), ...number(2, operatorSet)]),
    ...block(14, [
      ...text(1, 'ftuseg.model_card'),
      ...text(2, JSON.stringify({ ...testCard, classes: ['a', 'b', 'c'] })),
    ]),
    ...block(7, graph),
  ]);
}
