/**
 * Whether an ONNX file is one that the runtime reads as it was meant. Apart from `check-network.ts`, so that inference threads start without what reads
 * files.
 */
import { inspectOnnx } from '@ftuseg/nn';
import { refuse } from './onnx-refusals.js';

/** What ONNX Runtime 1.30 has; it runs newer sets as if they were these. */
const NEWEST = { operatorSet: 26, irVersion: 13 };

/**
 * Refuses what a runtime would take for something else, or look for in the wrong place.
 * @param file the bytes of an ONNX file
 * @throws {FtuError} `bad-input` for weights in another file, versions that are too new, and a network that gives probabilities
 */
export function refuseForeign(file: Uint8Array, subject: string): void {
  const facts = inspectOnnx(file);
  if (facts === undefined) return;
  const { irVersion, operatorSets, externalFile, activation } = facts;
  if (externalFile !== undefined) {
    throw refuse(
      subject,
      `the model keeps its weights in another file (${externalFile || 'without a name'}), and a model is read as one file`,
      'save it as one: onnx.save_model(onnx.load("model.onnx"), "whole.onnx", save_as_external_data=False)',
    );
  }
  if (activation !== undefined) {
    throw refuse(
      subject,
      `the network ends with ${activation}, and what it gives would be taken for logits: the sigmoid would be applied twice`,
      'export it without its last activation',
    );
  }
  if (irVersion > NEWEST.irVersion)
    throw refuse(
      subject,
      `the model has IR version ${irVersion}, ONNX Runtime here reads ${NEWEST.irVersion}`,
      'export it with an older version of ONNX',
    );
  const set = operatorSets.get('') ?? 0;
  if (set > NEWEST.operatorSet) {
    throw refuse(
      subject,
      `the model is written in operator set ${set}, ONNX Runtime here has ${NEWEST.operatorSet}`,
      'export it with opset_version=17',
    );
  }
}
