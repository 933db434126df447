import { expect, it } from 'vitest';
import { meant, nearestName } from './suggest.js';

it('finds the nearest name', () => {
  expect(nearestName('UNET', ['fpn', 'unet', 'linknet'])).toBe('unet');
  expect(nearestName('likned', ['fpn', 'unet', 'linknet'])).toBe('linknet');
  expect(nearestName('', ['fpn', 'unet'])).toBe('fpn');
  expect(nearestName('x', [])).toBeUndefined();
  expect(nearestName('y'.repeat(1e6), ['unet'])).toBe('unet');
});

it('adds a name to a sentence only where it is like the one that was typed', () => {
  expect(meant('center', ['id', 'image', 'centre'])).toBe('; did you mean "centre"?');
  expect(meant('tresh', ['threshold', 'peak'])).toBe('; did you mean "threshold"?');
  expect(meant('xyz', ['threshold', 'minimumArea'])).toBe('');
  expect(meant('x'.repeat(1e6), ['x'])).toBe('');
  expect(meant('x', [])).toBe('');
});
