/** Models whose networks are the same at first, such as those that were trained with the encoder left as it was: one network answers for all of them. */
import { noClassifier } from '../session/checks/onnx-refusals.js';
import type { BatchShape, Session } from '../session/session.js';

/** A network of several models; its output has the classes of all of them, one model behind the other. */
export interface SharedNetwork {
  readonly session: Session;
  /** Channels of each model, in their order. */
  readonly classes: readonly number[];
}

/**
 * @param logits N x all classes x H x W
 * @returns for each model N x its classes x H x W, in memory of its own
 */
export function splitLogits(
  logits: Float32Array,
  [items, , height, width]: BatchShape,
  classes: readonly number[],
): Float32Array[] {
  const area = height * width;
  const total = classes.reduce((sum, count) => sum + count, 0);
  let first = 0;
  return classes.map((count) => {
    const out = new Float32Array(items * count * area);
    for (let n = 0; n < items; n++) {
      const from = (n * total + first) * area;
      out.set(logits.subarray(from, from + count * area), n * count * area);
    }
    first += count;
    return out;
  });
}

/**
 * One of the models by itself. A run computes the others too, and drops what they say: whoever shows all of them the same tiles asks the network.
 * @param place of the model in the network
 * @param subject for error messages
 */
export function sessionOfOne({ session, classes }: SharedNetwork, place: number, subject: string): Session {
  const { parallel, bestBatch, togetherPixels, acquire } = session;
  return {
    ...(parallel === undefined ? {} : { parallel }),
    ...(bestBatch === undefined ? {} : { bestBatch }),
    togetherPixels,
    ...(acquire === undefined ? {} : { acquire }),
    run: async (batch, shape, gate) => {
      if (gate !== undefined) throw noClassifier(subject);
      const logits = await session.run(batch, shape);
      const own = splitLogits(logits, shape, classes)[place] ?? new Float32Array(0);
      session.release?.(logits);
      return own;
    },
    close: () => session.close(),
  };
}
