/**
 * The form in which a network runs on this processor. One in 8 bits runs in 8 bits where that is faster, by what the processor has or, where that does not
 * say it, by time; else in float32, with the same weights.
 */
import { isQuantisedOnnx, optimizeForCpu, quantisedForCpu } from '@ftuseg/nn';
import { openOnnxSession } from './onnx-session.node.js';
import { type Int8Unit, int8UnitHere } from './processor-int8.node.js';
import type { Arithmetic } from './session.js';

export interface ProcessorForm {
  readonly model: Uint8Array;
  /** Undefined: the file is in float32. */
  readonly arithmetic: Arithmetic | undefined;
}

export interface ProcessorFormOptions {
  /** Of the file, for messages. */
  readonly subject: string;
  /** Taken without looking at the processor. */
  readonly arithmetic?: Arithmetic | undefined;
  /** Told in a sentence why a network in 8 bits is computed in float32. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** Looked up if unset. */
  readonly unit?: Int8Unit | undefined;
  /** How many times as fast the first network is as the second; timed if unset. */
  readonly speedRatio?: (int8: Uint8Array, float32: Uint8Array, subject: string) => Promise<number>;
}

/** Below this the loss of accuracy buys nothing. */
const MIN_SPEED_RATIO = 1.1;
/** Of the tiles that are timed, pixels, and how often. */
const TIMED = { side: 128, rounds: 4 };

/**
 * @param file ONNX
 * @throws {FtuError} as `openOnnxSession`, where the two forms have to be timed
 */
export async function processorForm(file: Uint8Array, options: ProcessorFormOptions): Promise<ProcessorForm> {
  if (!isQuantisedOnnx(file)) return { model: optimizeForCpu(file), arithmetic: undefined };
  const { subject, arithmetic, onNote, speedRatio = timedRatio } = options;
  const unit = options.unit ?? (await int8UnitHere());
  if (arithmetic === 'float32') return { model: optimizeForCpu(file), arithmetic };
  // Only x86 adds pairs in 16 bits.
  const int8 = quantisedForCpu(file, { narrowWeights: unit !== 'dot-products' && process.arch === 'x64' });
  if (arithmetic === 'int8' || unit === 'dot-products') return { model: int8, arithmetic: 'int8' };
  const float32 = optimizeForCpu(file);
  const ratio = await speedRatio(int8, float32, subject);
  if (ratio >= MIN_SPEED_RATIO) return { model: int8, arithmetic: 'int8' };
  onNote?.(
    `${subject} is computed in float32: 8 bits are not faster on this processor (${ratio.toFixed(2)} times the speed of float32; it has no dot products of bytes)`,
  );
  return { model: float32, arithmetic: 'float32' };
}

/** In turns on one thread, the quickest of each: what else the machine does slows both. */
async function timedRatio(int8: Uint8Array, float32: Uint8Array, subject: string): Promise<number> {
  const { side, rounds } = TIMED;
  const batch = Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i * 0.37));
  const sessions = [];
  try {
    for (const model of [int8, float32]) {
      sessions.push(await openOnnxSession(model, { provider: 'cpu', threads: 1, subject }));
    }
    const best = sessions.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < rounds; round++) {
      for (const [i, session] of sessions.entries()) {
        const began = performance.now();
        await session.run(batch, [1, 3, side, side]);
        best[i] = Math.min(best[i] ?? Number.POSITIVE_INFINITY, performance.now() - began);
      }
    }
    const [quick = 1, usual = 0] = best;
    return usual / quick;
  } finally {
    for (const session of sessions) await session.close();
  }
}
