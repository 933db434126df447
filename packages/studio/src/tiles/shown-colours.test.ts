/** Slides that share a profile, which is not for both. */
import type { displayColours, PixelColours, Slide } from '@ftuseg/slide';
import { expect, it, vi } from 'vitest';
import { ShownColours } from './shown-colours.js';

it('asks anew where another kind of picture has the same profile', async () => {
  const describe = vi.fn<typeof displayColours>((_, __, own) =>
    own === 'grey' ? { kind: 'srgb', profile: 'grey' } : { kind: 'unusable', problem: 'not for this' },
  );
  const shown = new ShownColours(describe);
  const slideOf = (colours: PixelColours) =>
    ({ info: { colours }, readIccProfile: async () => Uint8Array.of(1, 2) }) as unknown as Slide;
  expect(await shown.useOf(slideOf('grey'))).toEqual({ kind: 'srgb', profile: 'grey' });
  expect(await shown.useOf(slideOf('RGB'))).toEqual({ kind: 'unusable', problem: 'not for this' });
  expect(await shown.useOf(slideOf('grey'))).toEqual({ kind: 'srgb', profile: 'grey' });
  expect(describe).toHaveBeenCalledTimes(2);
});
