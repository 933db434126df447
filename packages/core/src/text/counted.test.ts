import { expect, it } from 'vitest';
import { counted } from './counted.js';

it('says one thing in the singular', () => {
  expect([counted(0, 'slide'), counted(1, 'slide'), counted(2, 'slide')]).toEqual(['0 slides', '1 slide', '2 slides']);
  expect([counted(1, 'class', 'classes'), counted(2, 'class', 'classes')]).toEqual(['1 class', '2 classes']);
  expect(counted(2000, 'slide', 'slides', '2,000')).toBe('2,000 slides');
});
