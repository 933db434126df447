import { describe, expect, it } from 'vitest';
import { decoderNames, decoderRunsOn } from './architectures/registry.js';
import { Liveness } from './liveness.js';
import { createModel } from './model.js';
import type { Ops } from './ops.js';

interface Value {
  readonly name: string;
  freed: boolean;
}

const isFreed = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && 'freed' in input && input.freed === true;

/** An interpreter whose values must not be used once they are freed. */
function recordingOps(log: Value[]): Ops<Value> {
  return new Proxy({} as Ops<Value>, {
    get:
      (_, name) =>
      (...inputs: unknown[]): Value => {
        expect(inputs.flat().some(isFreed)).toBe(false);
        const idle = (name === 'dropPath' || name === 'dropChannels') && inputs[1] === 0;
        if (name === 'input' || idle || (name === 'activate' && inputs[1] === 'identity')) return inputs[0] as Value;
        const value = { name: String(name), freed: false };
        log.push(value);
        return value;
      },
  });
}

const networks = decoderNames().flatMap((decoder) =>
  ['timm-efficientnet-b0', 'mit_b0']
    .filter((encoder) => decoderRunsOn(decoder, encoder))
    .map((encoder) => [decoder, encoder] as const),
);

describe.each(networks)('Liveness of %s on %s', (decoder, encoder) => {
  it('frees every value but the outputs, once, and none before its last use', () => {
    const options = { deepSupervision: true, tileClassifier: true, hypercolumns: true, attention: 'cbam' } as const;
    const model = createModel({ decoder, encoder, classes: 1, ...options });
    const liveness = new Liveness(model);
    for (let pass = 0; pass < 2; pass++) {
      const log: Value[] = [];
      const input = { name: 'image', freed: false };
      const { logits, auxiliary, tile } = liveness.forwardAll(recordingOps(log), input, (value) => {
        expect(value.freed).toBe(false);
        value.freed = true;
      });
      const outputs = [logits, ...auxiliary, ...(tile === undefined ? [] : [tile])];
      expect(log.filter(({ freed }) => !freed)).toEqual(log.filter((value) => outputs.includes(value)));
      expect(outputs).toHaveLength(2 + auxiliary.length);
      expect(input.freed).toBe(false);
    }
  });
});
