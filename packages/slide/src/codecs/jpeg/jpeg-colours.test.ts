/** Colours of JPEG tiles: whatever page and stream say, every way to them shows the same. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jpegTiff } from '../../../tests/hostile/jpeg-tiff.js';
import { browserRuntime, openTiffSlide } from '../../browser.js';
import { formOfJpeg } from '../../conversion/tile-form.js';
import { blobSource, openSlide, type Slide } from '../../index.js';
import type { EncodedBlock, Photometric } from '../codec.js';
import { decodePicture } from '../decode-picture.node.js';
import { type JpegColours, jpegColours } from './jpeg-colours.js';
import { headerSegments, isFrame } from './jpeg-segments.js';
import { adobeMarker, completeJpeg } from './jpeg-stream.js';

const side = 32;
const JFIF = [0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
const [RGB, YCBCR] = [adobeMarker(0), adobeMarker(1)];

const markers: readonly (readonly [string, readonly number[], JpegColours | undefined])[] = [
  ['nothing', [], undefined],
  ['JFIF', JFIF, 'ycbcr'],
  ['Adobe: RGB', RGB, 'rgb'],
  ['Adobe: YCbCr', YCBCR, 'ycbcr'],
  ['JFIF, Adobe: RGB', [...JFIF, ...RGB], undefined],
  ['Adobe: RGB, JFIF', [...RGB, ...JFIF], undefined],
  ['JFIF, Adobe: YCbCr', [...JFIF, ...YCBCR], 'ycbcr'],
];
const forms = ['4:4:4', '4:2:0', 'R, G, B'] as const;

let folder: string;
const streams = new Map<string, Uint8Array>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-colours-'));
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => [150, 60, 140][i % 3] ?? 0);
  for (const form of forms) {
    const options = { quality: 95, chromaSubsampling: form === '4:2:0' ? form : '4:4:4' };
    const jpeg = await sharp(data, { raw: { width: side, height: side, channels: 3 } })
      .jpeg(options)
      .toBuffer();
    streams.set(form, form === 'R, G, B' ? lettered(bare(jpeg)) : bare(jpeg));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Without what it says of its colours. */
function bare(jpeg: Uint8Array): Uint8Array {
  const kept = [...headerSegments(jpeg)].filter(({ marker }) => marker < 0xe0 || marker > 0xef);
  const scan = kept.at(-1)?.at ?? 0;
  const parts = kept.slice(0, -1).map(({ at, next }) => jpeg.subarray(at, next));
  return new Uint8Array(Buffer.concat([jpeg.subarray(0, 2), ...parts, jpeg.subarray(scan)]));
}

/** With components that are called R, G and B. */
function lettered(jpeg: Uint8Array): Uint8Array {
  const out = jpeg.slice();
  for (const { marker, at } of headerSegments(jpeg)) {
    const first = isFrame(marker) ? at + 10 : at + 5;
    const step = isFrame(marker) ? 3 : 2;
    if (!isFrame(marker) && marker !== 0xda) continue;
    for (const [i, letter] of [...'RGB'].entries()) out[first + step * i] = letter.charCodeAt(0);
  }
  return out;
}

const marked = (form: string, segments: readonly number[]): Uint8Array => {
  const stream = streams.get(form) ?? new Uint8Array();
  return Uint8Array.from([...stream.subarray(0, 2), ...segments, ...stream.subarray(2)]);
};

async function tiffOf(block: Uint8Array, photometric: Photometric): Promise<string> {
  const path = join(folder, 'tile.tif');
  const stated = photometric === 'ycbcr' ? 6 : 2;
  await writeFile(path, jpegTiff({ blocks: [block], size: [side, side], tile: [side, side], photometric: stated }));
  return path;
}

const middle = (pixels: Uint8Array): number[] => [...pixels.subarray(3 * 16 * side, 3 * 16 * side + 3)];
const read = async (slide: Slide): Promise<number[]> =>
  middle((await slide.readRegion({ x: 0, y: 0, width: side, height: side, downsample: 1 })).data);

/** What libvips decodes where the addon is not built. */
async function withoutAddon(data: Uint8Array, photometric: Photometric): Promise<number[]> {
  const page = { photometric, jpegTables: undefined } as EncodedBlock['page'];
  const block = { data, page, width: side, height: side, samples: 3, bytes: 3 * side * side, where: 'tile' };
  return middle(await decodePicture(completeJpeg(block), block, 'jpeg'));
}

const cases = (['rgb', 'ycbcr'] as const).flatMap((photometric) =>
  forms.flatMap((form) => markers.map(([name, bytes, stated]) => ({ photometric, form, name, bytes, stated }))),
);

describe('a JPEG tile', () => {
  it.each(cases)('of a page of $photometric, $form, that says $name', async (one) => {
    const { photometric, form, bytes, stated } = one;
    const expected = stated ?? (form === '4:2:0' && bytes.length === 0 ? 'ycbcr' : photometric);
    const data = marked(form, bytes);
    expect(jpegColours(data, photometric)).toBe(expected);
    const path = await tiffOf(data, photometric);
    const [node, page] = [
      await openSlide(path),
      await openTiffSlide(blobSource(new File([await readFile(path)], 'a.tif')), browserRuntime),
    ];
    const tile = (await node.readJpegTile?.({ level: 0, column: 0, row: 0 })) ?? new Uint8Array();
    const shown = await read(node);
    // YCbCr of 150, 60, 140: red is shown as 96 where it is not undone.
    expect(Math.abs((shown[0] ?? 0) - (expected === 'ycbcr' ? 150 : 96))).toBeLessThan(4);
    expect(await read(page), 'in a page').toEqual(shown);
    expect(await withoutAddon(data, photometric), 'without the addon').toEqual(shown);
    expect(middle(await sharp(tile).raw().toBuffer()), 'handed out').toEqual(shown);
    // RGB of which two components have fewer samples has no form that is written.
    expect(formOfJpeg(tile)?.colours).toBe(expected === 'rgb' && form === '4:2:0' ? undefined : expected);
    await Promise.all([node.close(), page.close()]);
  });

  it('has the colours that its tables do not name', async () => {
    const data = marked('4:4:4', []);
    const page = {
      photometric: 'rgb',
      jpegTables: Uint8Array.of(0xff, 0xd8, ...JFIF, 0xff, 0xd9),
    } as EncodedBlock['page'];
    const block = { data, page, width: side, height: side, samples: 3, bytes: 3 * side * side, where: 'tile' };
    expect(completeJpeg(block)).toEqual(completeJpeg({ ...block, page: { ...page, jpegTables: undefined } }));
  });
});
