import { readFile } from 'node:fs/promises';
import { raster } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { displayColours } from './display-colours.js';
import { srgbProfile } from './srgb-profile.node.js';

const fixture = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(new URL(`../../tests/fixtures/icc/${name}`, import.meta.url)));

describe('displayColours', () => {
  it('changes nothing without a profile, or with that of sRGB', async () => {
    expect(displayColours(undefined, 'a')).toEqual({ kind: 'none' });
    expect(displayColours(await srgbProfile(), 'a')).toEqual({ kind: 'srgb', profile: expect.stringMatching(/sRGB/i) });
  });

  it('changes colours by another profile, as lcms2 does', async () => {
    const colours = displayColours(await fixture('matrix-gamma.icc'), 'a');
    if (colours.kind !== 'converted') throw new Error(colours.kind);
    // Colours of a grid, red slowest, and what lcms2 made of them; see the script that wrote the fixtures.
    const expected = await fixture('matrix-gamma.srgb');
    const side = Math.round(Math.cbrt(expected.length / 3));
    const step = 255 / (side - 1);
    const grid = Uint8Array.from({ length: expected.length }, (_, at) => {
      const [pixel, c] = [Math.floor(at / 3), at % 3];
      return Math.round(step * (Math.floor(pixel / side ** (2 - c)) % side));
    });
    const { data } = colours.recolour(raster(expected.length / 3, 1, 3, grid));
    const largest = Math.max(...data.map((value, i) => Math.abs(value - (expected[i] ?? 0))));
    expect(largest).toBeLessThanOrEqual(1);
    expect(data).not.toEqual(grid);
  });

  it('says why a profile cannot be applied', async () => {
    expect(displayColours(new Uint8Array(300), 'a')).toEqual({
      kind: 'unusable',
      problem: expect.stringMatching(/^the ICC profile is damaged/),
    });
    const cmyk = await fixture('matrix-gamma.icc');
    cmyk.set(new TextEncoder().encode('CMYK'), 16);
    expect(displayColours(cmyk, 'a')).toMatchObject({ kind: 'unusable', problem: expect.stringContaining('CMYK') });
  });
});
