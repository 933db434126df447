import { expect, it } from 'vitest';
import { nameForm } from './name-form.js';

it('is the same for both forms of a letter with an accent', () => {
  expect(nameForm('Nie\u0300re')).toBe(nameForm('Ni\u00e8re'));
  expect(nameForm('Niere_1')).toBe('Niere_1');
});
