import { expect, it } from 'vitest';
import { splitUnquoted, unquoted } from './split-unquoted.js';

it('parts a list outside quotation marks', () => {
  expect(splitUnquoted('a, "b, c" ,d', ',')).toEqual(['a', '"b, c"', 'd']);
  expect(splitUnquoted('"a=b"=1', '=').map(unquoted)).toEqual(['a=b', '1']);
  expect(splitUnquoted('', ',')).toEqual(['']);
});
