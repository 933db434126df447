import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resizeArea } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { openSlide } from '../../open-slide.node.js';

const at = (name: string): string => fileURLToPath(new URL(`../../../tests/fixtures/${name}`, import.meta.url));

interface Fixture {
  readonly file: string;
  readonly expected: string;
  readonly tolerance: number;
  readonly levels?: number;
  readonly micronsPerPixel?: number;
}

const fixtures: readonly Fixture[] = JSON.parse(readFileSync(at('fixtures.json'), 'utf8'));

const worst = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 999))), a.length === b.length ? 0 : 999);

describe('TIFFs of other writers, as other readers see them', () => {
  it('has a fixture for every layout', () => expect(fixtures.length).toBeGreaterThanOrEqual(60));

  it.each(fixtures)('$file', async ({ file, expected, tolerance, levels = 1, micronsPerPixel }) => {
    const picture = await openSlide(at(expected));
    const slide = await openSlide(at(file));
    const { width, height } = picture;
    expect([slide.width, slide.height, slide.levels.length]).toEqual([width, height, levels]);
    expect(slide.micronsPerPixel).toEqual(
      micronsPerPixel === undefined ? undefined : expect.closeTo(micronsPerPixel, 9),
    );
    const whole = { x: 0, y: 0, width, height, downsample: 1 };
    const wanted = await picture.readRegion(whole);
    expect(worst((await slide.readRegion(whole)).data, wanted.data)).toBeLessThanOrEqual(tolerance);
    // A window across tiles, and one at the last corner.
    for (const window of [
      { x: 17, y: 9, width: 43, height: 31, downsample: 1 },
      { x: width - 5, y: height - 3, width: 5, height: 3, downsample: 1 },
    ]) {
      const [ours, theirs] = [await slide.readRegion(window), await picture.readRegion(window)];
      expect(worst(ours.data, theirs.data)).toBeLessThanOrEqual(tolerance);
    }
    if (levels === 1) {
      const small = await slide.readRegion({ ...whole, downsample: 2.7 });
      expect(worst(small.data, resizeArea(wanted, small.width, small.height).data)).toBeLessThanOrEqual(tolerance + 1);
    }
    await slide.close();
    await picture.close();
  });
});
