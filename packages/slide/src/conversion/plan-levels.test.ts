/** Which levels are copied, read or halved, from slides that say no more than their grids and the heads of their tiles. */
import { describe, expect, it } from 'vitest';
import type { Slide } from '../slide.js';
import { type LevelOptions, planLevels } from './plan-levels.js';
import { formOfJpeg } from './tile-form.js';

/** Head of a JPEG: a frame of components with sampling factors. */
const jpegHead = (samplings: readonly number[], frame = 0xc0): Uint8Array => {
  const components = samplings.flatMap((sampling, i) => [i + 1, sampling, 0]);
  const length = 8 + components.length;
  return Uint8Array.from([
    0xff,
    0xd8,
    0xff,
    frame,
    0,
    length,
    8,
    0,
    64,
    0,
    64,
    samplings.length,
    ...components,
    0,
    0,
    0,
    0,
  ]);
};
const HALF = jpegHead([0x22, 0x11, 0x11]);

interface Given {
  readonly size: readonly [width: number, height: number];
  readonly tile?: number;
  readonly head?: (tile: number) => Uint8Array | undefined;
}

function slideOf(...given: readonly Given[]): Slide {
  const [full] = given;
  const levels = given.map(({ size: [width, height], tile = 64 }) => ({
    width,
    height,
    downsample: (full?.size[0] ?? width) / width,
    blockWidth: tile,
    blockHeight: tile,
    blocks: 'tiles' as const,
    compression: 'jpeg',
  }));
  const unread = () => Promise.reject(new Error('no pixel is read'));
  return {
    width: full?.size[0] ?? 0,
    height: full?.size[1] ?? 0,
    micronsPerPixel: undefined,
    levels,
    info: { format: 'TIFF', levels, micronsPerPixelFrom: undefined, pixels: '8-bit RGB', associated: [] },
    readRegion: unread,
    readRows: unread,
    readAssociated: unread,
    readJpegTile: async ({ level, column, row }) => {
      const one = given[level];
      const across = Math.ceil((one?.size[0] ?? 0) / (one?.tile ?? 64));
      return one?.head === undefined ? HALF : one.head(row * across + column);
    },
    close: async () => undefined,
  };
}

const LIMITS = { name: 'TIFF', tileStep: 16, codecs: ['jpeg', 'jpeg-2000', 'deflate'], usual: ['jpeg'] } as const;
const plan = async (slide: Slide, options: Partial<LevelOptions> = {}): Promise<string[]> =>
  (await planLevels(slide, { compression: 'jpeg', ...options }, LIMITS)).map(
    ({ width, height, blockWidth, from, form: { codec, colours, subsampling } }) =>
      `${from.kind}${from.kind === 'copied' ? ` ${from.level}` : ''} ${width}x${height}/${blockWidth} ${codec} ${colours} ${subsampling.join('')}`,
  );

const FOURTHS = [{ size: [1000, 600] }, { size: [250, 150] }, { size: [62, 37] }] as const;

describe('the form of a JPEG', () => {
  it.each([
    ['half chroma', jpegHead([0x22, 0x11, 0x11]), 'ycbcr 2,2'],
    ['half across', jpegHead([0x21, 0x11, 0x11]), 'ycbcr 2,1'],
    ['grey', jpegHead([0x11]), 'grey 1,1'],
    ['half down, which TIFF does not have', jpegHead([0x12, 0x11, 0x11]), undefined],
    ['whole luma, double chroma', jpegHead([0x11, 0x22, 0x22]), undefined],
    ['four components', jpegHead([0x11, 0x11, 0x11, 0x11]), undefined],
    ['a progressive one', jpegHead([0x22, 0x11, 0x11], 0xc2), undefined],
    ['nothing', Uint8Array.of(0xff, 0xd8), undefined],
  ])('of %s is known', (_, head, wanted) => {
    const form = formOfJpeg(head);
    expect(form && `${form.colours} ${form.subsampling.join()}`).toBe(wanted);
  });
});

describe('a plan', () => {
  it("takes the slide's own levels where its tiles are copied", async () => {
    expect(await plan(slideOf(...FOURTHS))).toEqual([
      'copied 0 1000x600/64 jpeg ycbcr 22',
      'copied 1 250x150/64 jpeg ycbcr 22',
      'copied 2 62x37/64 jpeg ycbcr 22',
    ]);
    expect(await plan(slideOf(...FOURTHS), { levels: 2, compression: 'keep' })).toHaveLength(2);
  });

  it('halves between own levels where a factor asks for it, from the sizes that these have', async () => {
    expect(await plan(slideOf(...FOURTHS), { factor: 2, tileSize: 64 })).toEqual([
      'copied 0 1000x600/64 jpeg ycbcr 22',
      'halved 500x300/64 jpeg ycbcr 22',
      'copied 1 250x150/64 jpeg ycbcr 22',
      'halved 125x75/64 jpeg ycbcr 22',
      'copied 2 62x37/64 jpeg ycbcr 22',
    ]);
    expect(await plan(slideOf(FOURTHS[0]), { factor: 4 })).toEqual([
      'copied 0 1000x600/64 jpeg ycbcr 22',
      'halved 250x150/256 jpeg ycbcr 22',
    ]);
  });

  it('halves below a single level, and below a last one that is large', async () => {
    expect(await plan(slideOf({ size: [600, 300] }))).toEqual([
      'copied 0 600x300/64 jpeg ycbcr 22',
      'halved 300x150/256 jpeg ycbcr 22',
      'halved 150x75/256 jpeg ycbcr 22',
    ]);
    const large = await plan(slideOf({ size: [10_000, 9000] }, { size: [5000, 4500] }));
    expect(large.slice(0, 3)).toEqual([
      'copied 0 10000x9000/64 jpeg ycbcr 22',
      'copied 1 5000x4500/64 jpeg ycbcr 22',
      'halved 2500x2250/256 jpeg ycbcr 22',
    ]);
  });

  it.each<[string, Partial<LevelOptions>, string]>([
    ['a quality', { quality: 95 }, 'read 1000x600/256 jpeg ycbcr 11'],
    ['tiles of another size', { tileSize: 128 }, 'read 1000x600/128 jpeg ycbcr 22'],
    ['every pixel', { compression: 'deflate' }, 'read 1000x600/256 deflate rgb 11'],
  ])('compresses all anew for %s, halved to the last', async (_, options, first) => {
    const found = await plan(slideOf(...FOURTHS), options);
    expect(found[0]).toBe(first);
    expect(found.slice(1).every((level) => level.startsWith('halved'))).toBe(true);
  });

  it('looks for a tile that was written, and makes all levels grey where one is', async () => {
    const late = slideOf({ size: [600, 300], head: (tile) => (tile > 20 ? jpegHead([0x11]) : undefined) });
    expect(await plan(late)).toEqual([
      'copied 0 600x300/64 jpeg grey 11',
      'halved 300x150/256 jpeg grey 11',
      'halved 150x75/256 jpeg grey 11',
    ]);
  });

  it('reads an own level that is not copied, at its own size', async () => {
    const mixed = slideOf(FOURTHS[0], { size: [250, 150], head: () => undefined }, FOURTHS[2]);
    expect((await plan(mixed))[1]).toBe('read 250x150/256 jpeg ycbcr 22');
    await expect(plan(mixed, { compression: 'keep' })).rejects.toThrow(
      /level of 250 pixels across cannot be taken over as it is: its pixels are no tiles of JPEG or JPEG 2000/,
    );
    await expect(plan(slideOf({ size: [600, 300], tile: 100 }), { compression: 'keep' })).rejects.toThrow(
      /tiles have 100 x 100 pixels, and TIFF needs multiples of 16/,
    );
  });
});
