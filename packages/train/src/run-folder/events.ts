/**
 * TensorBoard's event file: framed protocol buffers, written field by field (tensorflow/core/util/event.proto and
 * tensorflow/core/framework/summary.proto).
 */
import { encodeTfRecord } from '@ftuseg/core';
import type { HistoryRecord } from '@ftuseg/folders';

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

const key = (field: number, wireType: number): number[] => varint(field * 8 + wireType);
const lengthDelimited = (field: number, bytes: readonly number[]): number[] => [
  ...key(field, 2),
  ...varint(bytes.length),
  ...bytes,
];
const text = (field: number, value: string): number[] => lengthDelimited(field, [...new TextEncoder().encode(value)]);
const double = (field: number, value: number): number[] => [
  ...key(field, 1),
  ...new Uint8Array(Float64Array.of(value).buffer),
];
const float = (field: number, value: number): number[] => [
  ...key(field, 5),
  ...new Uint8Array(Float32Array.of(value).buffer),
];

const event = (time: number, fields: readonly number[]): Uint8Array =>
  encodeTfRecord(Uint8Array.from([...double(1, time), ...fields]));

const scalar = (tag: string, value: number): number[] => lengthDelimited(1, [...text(1, tag), ...float(2, value)]);

/**
 * The whole event file of a history, a point per epoch under the tags `loss/train`, `dice/train`, `loss/validation`, ...
 *
 * @example
 * await writeFileAtomic('events.out.tfevents.1.ftuseg', encodeEvents(records));
 */
export function encodeEvents(records: readonly HistoryRecord[]): Uint8Array {
  const events = records.map((record) => {
    const values: readonly (readonly [string, number | undefined])[] = [
      ['loss/train', record.loss],
      ['dice/train', record.dice],
      ['loss/validation', record.validationLoss],
      ['dice/validation', record.validationDice],
      ['accuracy/validation', record.validationAccuracy],
      ['learning_rate', record.learningRate],
      ['images_per_second', record.imagesPerSecond],
    ];
    const summary = values.flatMap(([tag, value]) => (value === undefined ? [] : scalar(tag, value)));
    return event(record.time, [...key(2, 0), ...varint(record.step), ...lengthDelimited(5, summary)]);
  });
  const parts = [event(records[0]?.time ?? 0, text(3, 'brain.Event:2')), ...events];
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}
