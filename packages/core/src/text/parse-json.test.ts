import { expect, it } from 'vitest';
import { FtuError } from '../errors.js';
import { parseJson } from './parse-json.js';

it('gives what the text says', () => {
  expect(parseJson('{"a": [1, "[[\\"[", null]}')).toEqual({ a: [1, '[["[', null] });
  expect(parseJson(`${'['.repeat(200)}${']'.repeat(200)}`)).toHaveLength(1);
});

it.each([
  ['', 'the card is not JSON'],
  ['{"a": 1', 'the card is not JSON'],
  ['NaN', 'the card is not JSON'],
  [`${'['.repeat(201)}${']'.repeat(201)}`, 'the card is nested more than 200 deep'],
  ['{"a":'.repeat(1e6), 'the card is nested more than 200 deep'],
])('refuses %.20j in a sentence', (text, problem) => {
  expect(() => parseJson(text, 'the card', { subject: 'm.onnx', hint: 'write it again' })).toThrow(
    new FtuError('bad-input', problem, { subject: 'm.onnx', hint: 'write it again' }),
  );
});
