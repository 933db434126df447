/**
 * Runs an ONNX file on one input with ONNX Runtime, the judge of every graph written here.
 */
import * as ort from 'onnxruntime-node';

export interface OnnxResult {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

export async function runOnnx(file: Uint8Array, input: Float32Array, shape: readonly number[]): Promise<OnnxResult> {
  const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
  try {
    const [inputName = '', outputName = ''] = [session.inputNames[0], session.outputNames[0]];
    const results = await session.run({ [inputName]: new ort.Tensor('float32', input, [...shape]) });
    const result = results[outputName];
    if (!(result?.data instanceof Float32Array)) throw new TypeError(`no float32 output "${outputName}"`);
    return { data: result.data, shape: result.dims };
  } finally {
    await session.release();
  }
}
