/**
 * Finds the model card in a file that claims to be a model, and says what the file is when it is not one.
 */
import { FtuError, parseJson } from '@ftuseg/core';
import { type ModelCard, parseModelCard } from '../model-card.js';
import { cardKey } from '../onnx/export.js';
import { decodeOnnxMetadata } from '../onnx/proto.js';

/**
 * The model card of an ONNX file written by `exportOnnx`. `subject` names the file in messages. Throws `FtuError` for bytes
 * that are not a complete ONNX model, for a model without a card, and for a card that is invalid or from a newer version.
 *
 * @example
 * const card = readModelCard(await readFile(path), path);
 */
export function readModelCard(bytes: Uint8Array, subject: string): ModelCard {
  const found = decodeOnnxMetadata(bytes);
  if (found === undefined) {
    throw new FtuError('bad-input', 'not an ONNX model file, or a damaged one', {
      subject,
      hint: looksLikeSafetensors(bytes)
        ? 'it looks like a safetensors checkpoint: turn it into a model with `ftu export`'
        : 'give a file written by `ftu train` or `ftu export`',
    });
  }
  const text = found.metadata.get(cardKey);
  if (text === undefined) {
    throw new FtuError('bad-input', 'the ONNX model has no ftuseg model card', {
      subject,
      hint: 'write it from its checkpoint with `ftu export`',
    });
  }
  return parseModelCard(parseJson(text, 'the ftuseg model card', { subject }), subject);
}

/** An 8-byte length, then JSON. */
function looksLikeSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 16 && bytes[6] === 0 && bytes[7] === 0 && bytes[8] === 0x7b && bytes[9] === 0x22;
}
