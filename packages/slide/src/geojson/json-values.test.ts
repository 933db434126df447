import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlatCoordinates, parseJson } from './json-values.js';

const parse = (text: string) => parseJson(Buffer.from(text));
const fails = (work: () => unknown): boolean => {
  try {
    work();
    return false;
  } catch {
    return true;
  }
};
/** Objects of ours have no prototype; for a comparison that does not matter, and neither does negative zero. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('parseJson', () => {
  it('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5, noUnicodeString: false }), fc.integer({ min: 0, max: 2 }), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent);
        expect(plain(parse(spaced))).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('reads every number as the nearest double', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 0, max: 20 }),
        (value, digits) => {
          for (const text of [
            `${value}`,
            value.toExponential(digits),
            Math.abs(value) < 1e21 ? value.toFixed(digits) : '0',
          ]) {
            expect(parse(text)).toBe(Number(text));
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('refuses what JSON.parse refuses', () => {
    const broken = fc
      .tuple(
        fc.json({ maxDepth: 3 }),
        fc.nat(),
        fc.constantFrom('', '[', ']', '{', '}', ',', ':', '"', '\\', '0', '-', '.', 'e', 'x', '\n'),
      )
      .map(([text, at, put]) => text.slice(0, at % text.length) + put + text.slice((at % text.length) + 1));
    fc.assert(
      fc.property(broken, (text) => {
        expect(fails(() => parse(text))).toBe(fails(() => JSON.parse(text)));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['', 'ends early', 0],
    ['  {"a":1} 2', 'something follows', 10],
    ['{"a" 1}', '":" is missing', 5],
    ['[1 2]', '"," is missing', 3],
    ['{1:2}', 'a key is missing', 1],
    ['"a', 'does not end', 2],
    ['["\\x"]', 'a string is malformed', 1],
    ['[01]', 'a number is malformed', 1],
    ['[1.]', 'a number is malformed', 1],
    ['[1,]', 'a value is missing', 3],
    ['['.repeat(1000), 'deeper than 500', 501],
    [`{"coordinates":${'['.repeat(1000)}`, 'deeper than 500', 515],
  ])('says what is wrong with %s', (text, problem, offset) => {
    expect(() => parse(text)).toThrow(problem);
    expect(() => parse(text)).toThrow(expect.objectContaining({ offset }));
  });

  it('takes what QuPath writes for measurements that could not be taken', () => {
    expect(parse('[NaN, Infinity, -Infinity]')).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it('keeps a key "__proto__" a key', () => {
    expect(Object.keys(parse('{"__proto__":{"a":1}}') ?? {})).toEqual(['__proto__']);
  });
});

describe('coordinates', () => {
  const coordinatesOf = (text: string): unknown => {
    const value = parse(`{"coordinates":${text}}`);
    const found = typeof value === 'object' && value !== null && 'coordinates' in value ? value.coordinates : undefined;
    return found instanceof FlatCoordinates ? found.value : found;
  };

  it('become flat rings, however deep they lie', () => {
    const ring = Float64Array.of(0, 1.5, -2e3, 3);
    const text = '[[0, 1.5], [-2e3, 3.0]]';
    expect(coordinatesOf(text)).toEqual(ring);
    expect(coordinatesOf(`[${text},${text}]`)).toEqual([ring, ring]);
    expect(coordinatesOf(` [ [ ${text} ] , [ ${text} , [ ] ] ] `)).toEqual([[ring], [ring, []]]);
    expect(coordinatesOf('[]')).toEqual([]);
    expect(coordinatesOf('[[0, 1.5, 7], [-2e3, 3, 8, "m"]]')).toEqual(ring);
  });

  it('grow to any length', () => {
    const points = Array.from({ length: 5000 }, (_, i) => [i, i / 8]);
    expect(coordinatesOf(JSON.stringify(points))).toEqual(Float64Array.from(points.flat()));
  });

  it.each([
    '[1, 2]',
    '1',
    'null',
    '"a"',
    '{"a":[1,2]}',
    '[["a",1]]',
    '[[1]]',
    '[[1,null]]',
    '[[1,2],[[3,4]]]',
    '[[1e999,2]]',
    '[[1,2],3]',
    '[[NaN,-Infinity]]',
  ])('are none in %s', (text) => {
    expect(coordinatesOf(text)).toBeUndefined();
  });
});
