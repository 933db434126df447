import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureSplitter } from './split-features.node.js';

describe('FeatureSplitter', () => {
  it('finds the same features however the text is cut', () => {
    const features = fc.array(fc.json({ maxDepth: 3 }), { maxLength: 5 });
    const text = fc
      .tuple(features, fc.constantFrom('[', '{"type": "x\\"", "a" :[1], "features" : ['))
      .map(([list, head]) => {
        return Buffer.from(`${head}${list.join(' , ')}]${head === '[' ? '' : ', "z":"]"}'}`);
      });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (bytes, size) => {
        const cut = (step: number) => {
          const splitter = new FeatureSplitter();
          const found: string[] = [];
          // As when a file is read: one buffer, filled again and again.
          const buffer = Buffer.alloc(step);
          for (let at = 0; at < bytes.length; at += step) {
            const length = bytes.copy(buffer, 0, at, at + step);
            for (const one of splitter.push(buffer.subarray(0, length))) {
              const end = one.offset + one.bytes.length;
              expect(Buffer.compare(one.bytes, bytes.subarray(one.offset, end))).toBe(0);
              found.push(Buffer.from(one.bytes).toString().trim());
            }
          }
          return { found, around: Buffer.from(splitter.finish().bytes).toString() };
        };
        const whole = cut(bytes.length);
        expect(cut(size)).toEqual(whole);
        const json: unknown = JSON.parse(bytes.toString());
        const list = Array.isArray(json) ? json : Object.values(json ?? {})[2];
        expect(whole.found.map((one) => JSON.parse(one))).toEqual(list);
        expect(JSON.parse(whole.around)).toEqual(Array.isArray(json) ? [] : { ...(json ?? {}), features: [] });
      }),
      { numRuns: 500 },
    );
  });
});
