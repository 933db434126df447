import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTfExample, encodeTfExample, type TfFeature } from './tf-example.js';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Floats as they are after rounding to 32 bits, bytes as arrays. */
const plain = (feature: TfFeature | undefined): unknown => ({
  kind: feature?.kind,
  values:
    feature?.kind === 'float'
      ? [...Float32Array.from(feature.values)]
      : feature?.values.map((value) => (typeof value === 'number' ? value : [...value])),
});

describe('tf.train.Example', () => {
  // Worked out by hand from the encoding's documentation: 300 is ac 02, -1 is ten bytes, numbers are packed.
  it.each<[string, TfFeature, string]>([
    ['integers', { kind: 'int64', values: [300, -1] }, '0a17 0a15 0a0178 1210 1a0e 0a0c ac02 ffffffffffffffffff01'],
    [
      'bytes',
      { kind: 'bytes', values: [Uint8Array.of(7), new Uint8Array(0)] },
      '0a0e 0a0c 0a0178 1207 0a05 0a0107 0a00',
    ],
    ['floats', { kind: 'float', values: [1] }, '0a0f 0a0d 0a0178 1208 1206 0a04 0000803f'],
  ])('of %s is what protobuf makes of it', (_, feature, expected) => {
    const bytes = encodeTfExample(new Map([['x', feature]]));
    expect(Buffer.from(bytes).toString('hex')).toBe(expected.replaceAll(' ', ''));
  });

  it('comes back as it was', () => {
    const feature: fc.Arbitrary<TfFeature> = fc.oneof(
      fc.record({ kind: fc.constant('bytes' as const), values: fc.array(fc.uint8Array()) }),
      fc.record({ kind: fc.constant('int64' as const), values: fc.array(fc.maxSafeInteger()) }),
      fc.record({ kind: fc.constant('float' as const), values: fc.array(fc.float()) }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), feature)), (features) => {
        const example = new Map(features);
        const read = decodeTfExample(encodeTfExample(example));
        expect([...read.keys()]).toEqual([...example.keys()]);
        for (const [name, written] of example) expect(plain(read.get(name))).toEqual(plain(written));
      }),
    );
  });

  it('reads numbers that are not packed, and skips fields it does not know', () => {
    expect(decodeTfExample(hex('0a0d 0a0b 0a0168 1206 1a04 0805 0806')).get('h')).toEqual({
      kind: 'int64',
      values: [5, 6],
    });
    expect(decodeTfExample(hex('0a0f 0a0d 0a0168 1208 1806 1a04 0805 0806')).size).toBe(0);
  });

  it('refuses other bytes in one sentence', () => {
    expect(() => decodeTfExample(Uint8Array.of(0x0a, 9, 1), 'x.tfrec')).toThrow(
      'x.tfrec: the record is no tf.train.Example',
    );
    expect(() => decodeTfExample(Uint8Array.of(0x0f))).toThrow('the record is no tf.train.Example');
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          decodeTfExample(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-input' });
        }
      }),
    );
  });
});
