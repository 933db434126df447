/**
 * Sessions that remember on the disk, by the pixels that they are shown: for ways over a slide that have windows of their own (`merge: or`).
 */
import { createHash } from 'node:crypto';
import { FtuError } from '@ftuseg/core';
import { float16ToFloat32 } from '@ftuseg/nn';
import { encodeLogits, inflateLogits, unfoldLogits } from '../logit-store/logit-codec.node.js';
import type { LogitPack } from '../logit-store/logit-pack.node.js';
import type { SegmentationModel } from '../model/model.js';
import type { ClassifierGate } from '../session/classifier-gate.js';
import type { BatchShape, Session } from '../session/session.js';
import { requireFiniteLogits } from '../tiles/finite-logits.js';

/** The key of one item of a batch: a digest of its normalised pixels. */
function pixelKey(batch: Float32Array, item: number, items: number): string {
  const length = batch.length / items;
  const bytes = new Uint8Array(batch.buffer, batch.byteOffset + 4 * item * length, 4 * length);
  return createHash('sha256').update(bytes).digest('base64');
}

type Ask = Session['run'];

function rememberingSession(model: SegmentationModel, pack: LogitPack, ask: Ask): Session {
  const { parallel, bestBatch } = model.session;
  const classes = model.card.classes.length;
  let last = performance.now();
  const underWay = new Map<string, Promise<undefined>>();
  const askAndKeep = async (
    batch: Float32Array,
    [shape, gate]: readonly [BatchShape, ClassifierGate | undefined],
    keys: readonly string[],
    length: number,
  ): Promise<Float32Array | undefined> => {
    const logits = await ask(batch, shape, gate);
    // What is kept is finite: float16 would make large numbers of infinities.
    requireFiniteLogits(logits, shape);
    const each = (performance.now() - last) / keys.length;
    if (logits.length !== keys.length * length) return logits;
    for (const [n, key] of keys.entries()) {
      await pack.put(key, encodeLogits(logits.subarray(n * length, (n + 1) * length)), each);
    }
    return undefined;
  };
  return {
    ...(parallel === undefined ? {} : { parallel }),
    ...(bestBatch === undefined ? {} : { bestBatch }),
    run: async (batch, shape, gate) => {
      const [items, , height, width] = shape;
      const keys = Array.from({ length: items }, (_, item) => pixelKey(batch, item, items));
      const length = classes * height * width;
      const name = keys.join();
      // Windows that look the same, such as those of background, are asked once, even at the same time.
      await underWay.get(name);
      if (!keys.every((key) => pack.has(key))) {
        const asking = askAndKeep(batch, [shape, gate], keys, length);
        underWay.set(
          name,
          asking.then(() => undefined).catch(() => undefined),
        );
        const refused = await asking;
        // An answer of another size is refused by whoever asked.
        if (refused !== undefined) return refused;
      }
      // Runs overlap: what passes between two answers adds up to the wall clock.
      last = performance.now();
      const out = new Float32Array(items * length);
      for (const [n, key] of keys.entries()) {
        const folded = inflateLogits(await pack.get(key), length);
        float16ToFloat32(unfoldLogits(folded), out.subarray(n * length, (n + 1) * length));
      }
      return out;
    },
    close: async () => undefined,
  };
}

/** Asks the network what it was never asked, and answers with what is kept, then as later. */
export const keepingModel = (model: SegmentationModel, pack: LogitPack): SegmentationModel => ({
  ...model,
  session: rememberingSession(model, pack, (...asked) => model.session.run(...asked)),
});

/**
 * Answers with what is kept, and nothing else; adds up what that took when the network was asked.
 * @throws {FtuError} `not-found` from `run` for pixels that were never shown
 */
export function keptModel(model: SegmentationModel, pack: LogitPack): SegmentationModel & { readonly seconds: number } {
  const session = rememberingSession(model, pack, async () => {
    throw new FtuError('not-found', 'the network was never asked for this tile', { subject: pack.path });
  });
  let milliseconds = 0;
  return {
    ...model,
    get seconds() {
      return milliseconds / 1000;
    },
    session: {
      ...session,
      run: async (batch, shape, gate) => {
        for (let item = 0; item < shape[0]; item++) milliseconds += pack.milliseconds(pixelKey(batch, item, shape[0]));
        return session.run(batch, shape, gate);
      },
    },
  };
}
