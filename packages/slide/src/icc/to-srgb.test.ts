/** Against lcms2: the fixtures are made by `scripts/make-icc-fixtures.py`, and say what its answers are. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { SlideError } from '../slide-error.js';
import { parseProfile } from './profile.js';
import { iccToSrgb } from './to-srgb.js';

const folder = new URL('../../tests/fixtures/icc', import.meta.url).pathname;
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.icc') ? [file.slice(0, -4)] : []));
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)));

const SIDE = 9;
const step = (i: number): number => Math.round((255 * i) / (SIDE - 1));

function srgb(profile: Uint8Array): Uint8Array {
  const change = iccToSrgb(profile, 'slide');
  const found = new Uint8Array(3 * SIDE ** 3);
  for (let i = 0; i < SIDE ** 3; i++) {
    const colour = Float64Array.of(step(Math.floor(i / SIDE ** 2)), step(Math.floor(i / SIDE) % SIDE), step(i % SIDE));
    change(colour);
    found.set(
      colour.map((value) => Math.round(value)),
      3 * i,
    );
  }
  return found;
}

describe('iccToSrgb', () => {
  it.each(names)('gives what lcms2 gives, to one grey level (%s)', (name) => {
    const [found, expected] = [srgb(bytesOf(`${name}.icc`)), bytesOf(`${name}.srgb`)];
    const differences = found.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
    expect(differences.filter((difference) => difference > 0).length).toBeLessThan(0.03 * found.length);
    // None of the profiles leaves colours as they are.
    expect(Math.max(...found.map((value, i) => Math.abs(value - step(Math.floor(i / 3) % SIDE))))).toBeGreaterThan(5);
  });

  it('refuses a profile for inks', () => {
    const inks = bytesOf('matrix-gamma.icc');
    inks.set(new TextEncoder().encode('CMYK'), 16);
    expect(() => iccToSrgb(inks, 'scan.tif')).toThrow(
      expect.objectContaining({ code: 'unsupported', subject: 'scan.tif', problem: expect.stringContaining('CMYK') }),
    );
  });

  it('says of a damaged profile that it is, and never gives what is no colour', () => {
    const random = createRandom(7);
    let refused = 0;
    for (let n = 0; n < 300; n++) {
      const bytes = bytesOf(`${names[n % names.length] ?? ''}.icc`);
      // In the header, the table of tags and the beginning of tags, where a wrong number does the most.
      for (let k = 0; k < 1 + (n % 4); k++) bytes[Math.floor(random.next() * 600)] = Math.floor(random.next() * 256);
      const cut = n % 5 === 0 ? bytes.slice(0, Math.floor(random.next() * bytes.length)) : bytes;
      try {
        const change = iccToSrgb(cut, 'slide');
        const colour = Float64Array.of(255 * random.next(), 255 * random.next(), 255 * random.next());
        change(colour);
        for (const value of colour) expect(value >= 0 && value <= 255).toBe(true);
      } catch (error) {
        if (!(error instanceof SlideError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(60);
  });
});

describe('parseProfile', () => {
  it('reads what makers of either version call their profile', () => {
    const described = (name: string) => parseProfile(bytesOf(`${name}.icc`), 'slide');
    expect(described('lut8-lab')).toMatchObject({
      description: 'ftuseg test, version 2',
      version: 2,
      colourSpace: 'RGB',
      connectionSpace: 'Lab',
    });
    expect(described('a-to-b-16')).toMatchObject({ description: 'ftuseg test, version 4', version: 4 });
  });
});
