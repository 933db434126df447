/** Networks in 8 bits as files: what a calibration runs, what it writes, and the forms that a finished file is run in. */
import { FtuError } from '@ftuseg/core';
import { decodeOnnxModel } from '../onnx/decode.js';
import { encodeOnnxModel, type OnnxModel } from '../onnx/proto.js';
import type { ActivationRange } from './activation-range.js';
import { floatForm, isQuantised } from './float-form.js';
import { type ProcessorFormOptions, quantisedProcessorForm } from './processor-form.js';
import { QuantisedGraph } from './quantised-graph.js';
import { writeQuantised } from './write-quantised.js';

export interface ObservedNetwork {
  /** The network as an ONNX file that gives out, after its logits, every value of `values` but its input. */
  readonly file: Uint8Array;
  /** Names of the values whose ranges a calibration has to find. */
  readonly values: readonly string[];
  /** Name of the input. */
  readonly input: string;
}

/** @throws {FtuError} `bad-input` for what `exportOnnx` did not write in float32, and networks without a convolution that 8 bits could do */
function toQuantise(file: Uint8Array, subject: string): OnnxModel {
  const model = decodeOnnxModel(file);
  if (model === undefined) {
    throw new FtuError('bad-input', 'only a network that ftuseg wrote in float32 can be written in 8 bits', {
      subject,
    });
  }
  if (isQuantised(model)) throw new FtuError('bad-input', 'the network is in 8 bits already', { subject });
  const graph = new QuantisedGraph(model);
  if (!model.nodes.some(({ operator, output }) => operator === 'Conv' && graph.has(output))) {
    throw new FtuError('bad-input', 'the network has no convolution that could be computed in 8 bits', { subject });
  }
  return model;
}

/**
 * What a calibration runs on tiles.
 * @param file of `exportOnnx`, float32
 * @throws {FtuError} `bad-input` for any other
 * @example
 * const { file: observed, values } = observedNetwork(await readFile('model.onnx'), 'model.onnx');
 */
export function observedNetwork(file: Uint8Array, subject: string): ObservedNetwork {
  const model = toQuantise(file, subject);
  const values = new QuantisedGraph(model).ranges(model.nodes);
  const input = model.input.name;
  return {
    file: encodeOnnxModel({ ...model, observed: values.filter((name) => name !== input) }),
    values,
    input,
  };
}

/**
 * The network in 8 bits, in QDQ form: weights int8 per output channel, activations uint8 per map, biases int32; the last convolution, and what is no
 * convolution network, in float32. Input, outputs and metadata stay.
 * @param file of `exportOnnx`, float32
 * @param ranges of the values that `observedNetwork` names
 * @throws {FtuError} `bad-input` for another file, and for a range that is missing
 * @example
 * await writeFile('int8.onnx', quantiseOnnx(bytes, ranges, 'model.onnx'));
 */
export function quantiseOnnx(
  file: Uint8Array,
  ranges: ReadonlyMap<string, ActivationRange>,
  subject: string,
): Uint8Array {
  return encodeOnnxModel(writeQuantised(toQuantise(file, subject), ranges));
}

/** Whether the file is a network in 8 bits that `quantiseOnnx` wrote. */
export function isQuantisedOnnx(file: Uint8Array): boolean {
  const model = decodeOnnxModel(file);
  return model !== undefined && isQuantised(model);
}

/**
 * A network in 8 bits as one in float32, with the weights that 8 bits can say; every other file as it is.
 * @example
 * const session = await InferenceSession.create(dequantiseOnnx(bytes), { executionProviders: ['cuda'] });
 */
export function dequantiseOnnx(file: Uint8Array): Uint8Array {
  const model = decodeOnnxModel(file);
  return model !== undefined && isQuantised(model) ? encodeOnnxModel(floatForm(model)) : file;
}

/**
 * A network in 8 bits in the form in which a processor runs it fastest; every other file as it is.
 * @example
 * const session = await InferenceSession.create(quantisedForCpu(bytes, { narrowWeights: false }));
 */
export function quantisedForCpu(file: Uint8Array, options: ProcessorFormOptions): Uint8Array {
  const model = decodeOnnxModel(file);
  return model !== undefined && isQuantised(model) ? encodeOnnxModel(quantisedProcessorForm(model, options)) : file;
}
