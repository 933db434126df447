/** NDPIs that are not read as a slide, or not all of it: each says why in one sentence, or in a note. */
import { describe, expect, it } from 'vitest';
import { buildNdpi, jpegPage, type NdpiPage } from '../../../tests/ndpi/ndpi-builder.mjs';
import { shrink, tissue } from '../../../tests/ndpi/pictures.mjs';
import { nodeRuntime } from '../../node-runtime.node.js';
import { blobSource } from '../../source/blob-source.js';
import { openSource } from '../open-source.js';

const picture = tissue(256, 128);
const full = jpegPage(picture, { interval: 8 });
const quarter = jpegPage(shrink(picture, 4), { lens: 5 });
const open = (pages: readonly NdpiPage[], name = 'scan.ndpi') =>
  openSource(blobSource(new Blob([buildNdpi(pages)]), name), nodeRuntime);

describe('an NDPI', () => {
  it.each<[string, readonly NdpiPage[], RegExp]>([
    [
      'two levels of one size',
      [full, full],
      /^scan\.ndpi: page 1: a level of 256 x 128 pixels is no smaller picture of the slide of 256 x 128/,
    ],
    ['a level of another shape', [full, jpegPage(tissue(64, 90), { lens: 5 })], /page 1: a level of 64 x 90 pixels/],
    [
      'its best level in another plane',
      [{ ...full, plane: 500 }, quarter],
      /page 1: the largest level .* is 64 .* 256/,
    ],
    ['a first page without a magnification', [{ ...full, tags: { 65421: null } }, quarter], /another page has 256/],
    ['no level', [{ ...full, lens: -1 }], /header: none of its pages is a level of a slide in the focal plane 0/],
    [
      'one channel',
      [{ ...full, tags: { 258: [3, [8]], 262: [3, [1]], 277: [3, [1]] } }],
      /page 0: fluorescence channels \(Hamamatsu NDPI, 1 x 8 bits\) are not supported; export it as brightfield RGB/,
    ],
    [
      'JPEG XR',
      [{ ...full, tags: { 259: [3, [22_610]] } }],
      /page 0: the compression JPEG XR \(22610\) is not supported/,
    ],
    [
      'a level that is larger than a JPEG and has no restart markers',
      [{ ...jpegPage(picture), tags: { 256: [4, [70_000]] } }],
      /page 0: a JPEG of 70000 x 128 pixels without restart intervals that divide its rows cannot be decoded/,
    ],
  ])('with %s is refused', async (_, pages, sentence) => {
    await expect(open(pages)).rejects.toThrow(sentence);
  });

  it('is known by its tag, whatever its name; without the tag it is a TIFF', async () => {
    const named = await open([full], 'scan.tif');
    expect(named.info.format).toBe('Hamamatsu NDPI');
    await named.close();
    const plain = await open([{ ...full, tags: { 65420: null } }]);
    expect(plain.info.format).toBe('TIFF');
    await plain.close();
  });

  it('has no magnification where its levels contradict the one that it states', async () => {
    const slide = await open([full, { ...quarter, lens: 2 }]);
    expect(slide.info.objectivePower).toBeUndefined();
    await slide.close();
  });

  it('says which of its pages are not read', async () => {
    const padded = jpegPage(tissue(64, 40), { lens: 5 });
    const macro = { ...jpegPage(tissue(30, 20), { lens: -1 }), tags: { 259: [3, [34_712 + 1]] } } as const;
    const slide = await open([full, padded, macro]);
    expect(slide.levels).toHaveLength(1);
    expect(slide.info.associated).toEqual([]);
    expect(slide.info.notes).toEqual([
      'a level of 64 x 40 pixels with a margin, which is not read',
      'a picture "macro", which cannot be read (page 2: the compression 34713 is not supported)',
    ]);
    await slide.close();
  });

  it('takes components for what libjpeg does, not for what the tag says', async () => {
    const region = { x: 0, y: 0, width: 256, height: 128, downsample: 1 };
    const [one, other] = [await open([full]), await open([{ ...full, tags: { 262: [3, [2]] } }])];
    expect((await other.readRegion(region)).data).toEqual((await one.readRegion(region)).data);
    await Promise.all([one.close(), other.close()]);
  });
});
