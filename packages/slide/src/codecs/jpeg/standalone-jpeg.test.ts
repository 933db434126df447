import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { type StandaloneTile, standaloneJpeg } from './standalone-jpeg.js';

const side = 32;
let plain: Uint8Array;

/** A segment with two bytes of length. */
const segment = (marker: number, ...content: number[]): number[] => [0xff, marker, 0, content.length + 2, ...content];
const JFIF = segment(0xe0, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0);
/** EXIF with one entry: orientation 6, a quarter turn. */
const TURNED = segment(
  0xe1,
  ...[
    0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0,
    0,
  ],
);

beforeAll(async () => {
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => (i % 3) * 60 + Math.floor(i / 96) * 3);
  plain = await sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
    .toBuffer();
});

const tile = (data: Uint8Array, more: Partial<StandaloneTile> = {}): StandaloneTile => ({
  data,
  tables: undefined,
  width: side,
  height: side,
  samples: 3,
  colours: 'ycbcr',
  ...more,
});

const withSegments = (...segments: number[]): Uint8Array =>
  Uint8Array.from([...plain.subarray(0, 2), ...segments, ...plain.subarray(2)]);

const pixels = (jpeg: Uint8Array | undefined): Promise<Buffer> => sharp(jpeg).raw().toBuffer();

describe('standaloneJpeg', () => {
  it('drops what would turn or recolour the tile', async () => {
    const made = standaloneJpeg(
      tile(withSegments(...JFIF, ...TURNED, ...segment(0xe2, 1, 2, 3), ...segment(0xfe, 65))),
    );
    expect((await sharp(made).metadata()).orientation).toBeUndefined();
    expect(Buffer.from(made ?? []).includes(Buffer.from('JFIF'))).toBe(false);
    expect(await pixels(made)).toEqual(await pixels(plain));
  });

  it('says RGB where a JFIF marker would say YCbCr', async () => {
    const rgb = await pixels(standaloneJpeg(tile(withSegments(...JFIF), { colours: 'rgb' })));
    const { data } = await sharp(plain).raw().toBuffer({ resolveWithObject: true });
    // The stored luma is shown as red: 0.299 R + 0.587 G + 0.114 B.
    const luma = (i: number): number =>
      0.299 * (data[i] as number) + 0.587 * (data[i + 1] as number) + 0.114 * (data[i + 2] as number);
    for (let i = 0; i < data.length; i += 3) expect(Math.abs((rgb[i] as number) - luma(i))).toBeLessThan(3);
  });

  it('puts the tables of the page before the tile', async () => {
    const scan = plain.indexOf(0xda) - 1;
    const at = plain.findIndex((_, i) => plain[i] === 0xff && plain[i + 1] === 0xdb);
    const end = at + 2 + (plain[at + 2] as number) * 256 + (plain[at + 3] as number);
    expect(scan).toBeGreaterThan(end);
    const tables = Uint8Array.from([0xff, 0xd8, ...plain.subarray(at, end), 0xff, 0xd9]);
    const rest = Uint8Array.from([...plain.subarray(0, at), ...plain.subarray(end)]);
    expect(await pixels(standaloneJpeg(tile(rest, { tables })))).toEqual(await pixels(plain));
  });

  it.each([
    ['cut off', () => plain.subarray(0, plain.length - 40)],
    ['no JPEG', () => new Uint8Array(100)],
    ['empty', () => new Uint8Array(0)],
    ['only a start', () => Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)],
    ['a segment that passes the end', () => Uint8Array.of(0xff, 0xd8, 0xff, 0xdb, 0xff, 0xff, 0xff, 0xd9)],
    ['arithmetic coding', () => plain.map((byte, i) => (plain[i - 1] === 0xff && byte === 0xc0 ? 0xc9 : byte))],
  ])('leaves a tile that is %s to the reader of pixels', (_, data) => {
    expect(standaloneJpeg(tile(data()))).toBeUndefined();
  });

  it('leaves a frame of another size or depth to the reader of pixels', () => {
    expect(standaloneJpeg(tile(plain, { width: 64 }))).toBeUndefined();
    expect(standaloneJpeg(tile(plain, { height: 16 }))).toBeUndefined();
    expect(standaloneJpeg(tile(plain, { samples: 1 }))).toBeUndefined();
  });
});
