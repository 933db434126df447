import fc from 'fast-check';
import { expect, it } from 'vitest';
import { visibleLine, visibleText } from './visible-text.js';

it.each([
  ['plain, µm² and "quotes"', 'plain, µm² and "quotes"'],
  ['clear\u001b[2Jscreen', 'clear\\u001b[2Jscreen'],
  ['over\rwritten\b', 'over\\u000dwritten\\u0008'],
  ['\u009b31m', '\\u009b31m'],
  ['gpj.\u202egnp', 'gpj.\\u202egnp'],
  ['a\u2066b\u2069', 'a\\u2066b\\u2069'],
  ['\u{e0041}', '\\udb40\\udc41'],
  ['肾小球, كلية, 👩\u200d🔬', '肾小球, كلية, 👩\u200d🔬'],
  ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
])('shows %j', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

it('keeps a sentence on its line', () => {
  expect(visibleLine('id\nftu: all is well')).toBe('id\\nftu: all is well');
});

it('leaves JSON what it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = visibleText(JSON.stringify([text]));
      expect(JSON.parse(json)).toEqual([text]);
      expect(json).not.toMatch(/[\p{Cc}\u202e]/u);
    }),
  );
});
