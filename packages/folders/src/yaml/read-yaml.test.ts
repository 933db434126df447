import { FtuError } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignSetting, parseYaml } from './read-yaml.js';

/** Ten aliases of ten aliases of ...: 10^depth values in some hundred letters. */
const laughs = (depth: number): string =>
  [
    'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
    ...Array.from({ length: depth }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`),
  ].join('\n');

describe('parseYaml', () => {
  it('reads what people write, and shares nothing', () => {
    const value = parseYaml('base: &base { lr: 0.1 }\na: *base\nb: *base\nlist: [1, true, null, text]\n', 's.yaml');
    expect(value).toEqual({ base: { lr: 0.1 }, a: { lr: 0.1 }, b: { lr: 0.1 }, list: [1, true, null, 'text'] });
    const { a, b } = value as { a: { lr: number }; b: { lr: number } };
    a.lr = 3;
    expect(b.lr).toBe(0.1);
    expect(parseYaml('', 's.yaml')).toBeNull();
  });

  it.each([
    ['a: [1', /^s\.yaml: line 1: this is not YAML/],
    ['a: 1\nb: "x', /^s\.yaml: line 2: this is not YAML/],
    ['a: 1\na: 2', /^s\.yaml: line 2: this is not YAML: Map keys must be unique/],
    ['a: *b', /alias/i],
    [laughs(9), /its aliases repeat too much/],
    ['a: &a [*a]', /s\.yaml: /],
    ['['.repeat(1e5), /nested more than 100 deep/],
    ['{a: '.repeat(1e5), /nested more than 100 deep/],
    ['- '.repeat(1e5), /nested more than 100 deep/],
    [Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), /nested more than 100 deep|letters/],
    [`a: ${'x'.repeat(2e6)}`, /has 2000003 letters, more than 1048576/],
    ['__proto__: { x: 1 }', /"__proto__" cannot be a name/],
    ['a: { constructor: 1 }', /"constructor" cannot be a name/],
    ['toString: 1', /"toString" cannot be a name/],
    ['? [a, b]\n: 1', /a key is a list/],
  ])('refuses %.40j in a sentence', (text, problem) => {
    expect(() => parseYaml(text, 's.yaml')).toThrow(FtuError);
    expect(() => parseYaml(text, 's.yaml')).toThrow(problem);
  });
});

describe('assignSetting', () => {
  it('lays a value over a place, and makes the place', () => {
    const settings = { augment: { zoom: 1 } };
    assignSetting(settings, 'augment.zoom=1.5');
    assignSetting(settings, 'loss.terms=[dice, focal]');
    assignSetting(settings, 'name=a=b');
    expect(settings).toEqual({ augment: { zoom: 1.5 }, loss: { terms: ['dice', 'focal'] }, name: 'a=b' });
  });

  it.each([
    '__proto__.x=1',
    'a.__proto__.x=1',
    '__proto__=1',
    'constructor.prototype.x=1',
    'a.toString=1',
    'text.x=1',
    'zoom',
    '=1',
    'a..b=1',
    'a={__proto__: {x: 1}}',
  ])('refuses %s', (assignment) => {
    expect(() => assignSetting({ text: 'abc' }, assignment)).toThrow(FtuError);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it('reaches no object but the settings', () => {
    const part = fc.constantFrom('__proto__', 'constructor', 'prototype', 'a', 'toString', 'valueOf');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (path) => {
        const before = Object.getOwnPropertyNames(Object.prototype).length;
        try {
          assignSetting({}, `${path.join('.')}=1`);
        } catch (error) {
          expect(error).toBeInstanceOf(FtuError);
        }
        expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
        expect(Object.getOwnPropertyNames(Object)).not.toContain('a');
      }),
    );
  });
});
