/** Another model card in a finished file: what is learnt of a model after its training goes where the rest is, and no weight moves. */
import { concatBytes, FtuError } from '@ftuseg/core';
import protobuf from 'protobufjs/minimal.js';
import { type ModelCard, parseModelCard } from '../model-card.js';
import { cardKey } from '../onnx/export.js';
import { decodeEntry } from '../onnx/proto.js';

const METADATA = 14;

/**
 * The file with its card exchanged; every other byte stays.
 * @param subject of the file, for error messages
 * @throws {FtuError} `bad-input` for an invalid card, and a file that is no ONNX model
 * @example
 * await writeFile('calibrated.onnx', withModelCard(bytes, { ...card, calibration }, 'model.onnx'));
 */
export function withModelCard(file: Uint8Array, card: ModelCard, subject: string): Uint8Array {
  const entry = new protobuf.Writer();
  entry.uint32((METADATA << 3) | 2).fork();
  entry.uint32((1 << 3) | 2).string(cardKey);
  entry.uint32((2 << 3) | 2).string(JSON.stringify(parseModelCard(card, subject)));
  entry.ldelim();
  const parts: Uint8Array[] = [];
  let written = false;
  try {
    const reader = new protobuf.Reader(file);
    while (reader.pos < reader.len) {
      const from = reader.pos;
      const key = reader.uint32();
      if (key === ((METADATA << 3) | 2) && decodeEntry(reader.bytes())[0] === cardKey) {
        if (!written) parts.push(entry.finish());
        written = true;
        continue;
      }
      if (key !== ((METADATA << 3) | 2)) reader.skipType(key & 7);
      parts.push(file.subarray(from, reader.pos));
    }
  } catch (cause) {
    throw new FtuError('bad-input', 'not an ONNX model file, or a damaged one', { subject, cause });
  }
  if (!written) parts.unshift(entry.finish());
  return concatBytes(parts);
}
