import { expect, it } from 'vitest';
import { nearestName } from './suggest.js';

it('finds the nearest name', () => {
  expect(nearestName('UNET', ['fpn', 'unet', 'linknet'])).toBe('unet');
  expect(nearestName('likned', ['fpn', 'unet', 'linknet'])).toBe('linknet');
  expect(nearestName('', ['fpn', 'unet'])).toBe('fpn');
  expect(nearestName('x', [])).toBeUndefined();
  expect(nearestName('y'.repeat(1e6), ['unet'])).toBe('unet');
});
