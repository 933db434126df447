import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tissue } from '../../../../tests/ndpi/pictures.mjs';
import { buildScn, type Glass, glassOf, type ScnOptions, twoScans } from '../../../../tests/vendors/scn-builder.mjs';
import { openSlide, type Slide } from '../../../index.js';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-scn-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function open(options: ScnOptions): Promise<Slide> {
  const path = join(folder, `${++files}.scn`);
  await writeFile(path, buildScn(options));
  return openSlide(path);
}

describe('Leica SCN', () => {
  it('puts scans on one canvas, level by level, with white between them', async () => {
    const slide = await open(twoScans);
    expect(slide.levels).toEqual([
      { width: 320, height: 256, downsample: 1 },
      { width: 160, height: 128, downsample: 2 },
    ]);
    expect(slide.micronsPerPixel).toBe(0.5);
    expect(slide.bounds).toEqual({ x: 16, y: 24, width: 288, height: 216 });
    expect(slide.info).toMatchObject({
      format: 'Leica SCN',
      micronsPerPixelFrom: 'Leica XML',
      objectivePower: 20,
      associated: ['macro'],
      notes: ['2 scans on one glass'],
    });
    for (const downsample of [1, 2]) {
      const { data } = await slide.readRegion({ x: 0, y: 0, width: 320, height: 256, downsample });
      expect(data).toEqual(glassOf(twoScans, downsample).data);
    }
    // A corner where both scans, their border and white meet.
    const whole = glassOf(twoScans);
    const part = await slide.readRegion({ x: 120, y: 90, width: 70, height: 75, downsample: 1 });
    for (let row = 0; row < 75; row++) {
      const from = ((90 + row) * 320 + 120) * 3;
      expect(part.data.subarray(row * 210, row * 210 + 210)).toEqual(whole.data.subarray(from, from + 210));
    }
    expect((await slide.readAssociated('macro')).data).toEqual(twoScans.macro.data);
    await slide.close();
  });

  it('leaves out other focal planes and scans in other light, and says so', async () => {
    const { scans } = twoScans;
    const dark = { x: 0, y: 0, picture: tissue(32, 32), illumination: 'fluorescence' };
    const slide = await open({
      ...twoScans,
      scans: [...scans, dark],
      change: ({ glass, images }) => ({
        glass,
        images: images.map((image) => ({
          ...image,
          dimensions: [...image.dimensions, ...image.dimensions.map((one) => ({ ...one, z: 1 }))],
        })),
      }),
    });
    expect(slide.info.notes).toEqual([
      '2 scans on one glass',
      '1 scans that are not brightfield, which are not read',
      'further focal planes, which are not read',
    ]);
    await slide.close();
  });

  const changeView =
    (view: Partial<Glass['glass']>) =>
    ({ glass, images }: Glass): Glass => ({
      glass,
      images: images.map((image, i) => (i === 2 ? { ...image, view: { ...image.view, ...view } } : image)),
    });
  const page =
    (change: { ifd: number }) =>
    ({ glass, images }: Glass): Glass => ({
      glass,
      images: images.map((image) => ({ ...image, dimensions: image.dimensions.map((one) => ({ ...one, ...change })) })),
    });
  const light = ({ glass, images }: Glass): Glass => ({
    glass,
    images: images.map((image) => ({ ...image, illumination: 'fluorescence' })),
  });
  it.each([
    [
      'scans of two scales',
      changeView({ width: 40_000 }),
      'scans of different scales in one Leica SCN are not supported',
    ],
    ['a page that is not there', page({ ifd: 77 }), 'page 0: its XML names page 77, which the file has not'],
    ['another size than its page', page({ ifd: 0 }), 'page 0: it has 80 x 64 pixels where the XML says 160 x 128'],
    ['no brightfield scan', light, 'a Leica SCN without a brightfield scan is not supported'],
    ['a scan off the glass', changeView({ x: 200_000 }), 'its XML places a scan outside the glass'],
    ['a scan of another shape', changeView({ height: 40_000 }), 'another shape than its pages have'],
    ['a view of no size', changeView({ width: 0 }), 'its sizeX is 0'],
    ['a view in no place', changeView({ x: Number.NaN }), 'its offsetX is "NaN", no number'],
  ])('refuses %s', async (_, change, sentence) => {
    await expect(open({ ...twoScans, change })).rejects.toThrow(sentence);
  });
});
