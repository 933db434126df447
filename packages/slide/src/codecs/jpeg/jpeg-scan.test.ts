/** What counts as damage in a JPEG: missing samples always, whichever decoder reads it; padding and a missing end marker never. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@ftuseg/core';
import sharp, { type JpegOptions, type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jpegTiff } from '../../../tests/hostile/jpeg-tiff.js';
import { nativeReader } from '../../native.node.js';
import { openSlide } from '../../open-slide.node.js';
import { checkScans } from './jpeg-scan.js';
import { withoutWarnings } from './jpeg-stream.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-scan-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const [width, height] = [203, 151];

function picture(): Sharp {
  const random = createRandom(3);
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => (Math.floor(i / 70) * 31 + random.int(50)) & 255,
  );
  return sharp(data, { raw: { width, height, channels: 3 } });
}

const forms: readonly [string, JpegOptions][] = [
  ['baseline', { quality: 85 }],
  ['full chroma', { quality: 95, chromaSubsampling: '4:4:4' }],
  ['progressive', { quality: 80, progressive: true }],
  ['progressive with refinements', { quality: 60, mozjpeg: true }],
];

/** 'whole', or the reason that a decoder gives. */
async function native(data: Uint8Array): Promise<string> {
  if (nativeReader === undefined) return 'not built';
  const numbers = Uint32Array.of(width, height, 3, 1, 10, 10, 30, 30, 20 * 3);
  const decoding = nativeReader.decodeJpeg(data, undefined, new Uint8Array(20 * 20 * 3), numbers);
  return decoding.then(
    () => 'whole',
    (error: Error) => error.message,
  );
}

function walked(data: Uint8Array): string {
  try {
    checkScans(data);
    return 'whole';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const END = Uint8Array.of(0xff, 0xd9);
const join2 = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

describe.each(forms)('%s JPEG', (_, options) => {
  const whole = async (): Promise<Uint8Array> => new Uint8Array(await picture().jpeg(options).toBuffer());

  it('is whole, also with padding before its end', async () => {
    const data = await whole();
    expect(walked(data)).toBe('whole');
    const padded = join2(data.subarray(0, -2), Uint8Array.of(0, 0, 0), END);
    expect(walked(padded)).toBe('whole');
    if (nativeReader !== undefined) expect([await native(data), await native(padded)]).toEqual(['whole', 'whole']);
  });

  it.each([0.3, 0.5, 0.9])('is damaged where it ends at %d, with an end marker or without', async (share) => {
    const data = await whole();
    const cut = data.subarray(0, Math.floor(data.length * share));
    for (const damaged of [cut, join2(cut, END)]) {
      expect(walked(damaged)).not.toBe('whole');
      if (nativeReader !== undefined) expect(await native(damaged)).not.toBe('whole');
    }
  });

  it('is damaged where bytes are zeroed', async () => {
    const data = await whole();
    const damaged = data.slice();
    damaged.fill(0, Math.floor(data.length / 2), Math.floor(data.length / 2) + 3000);
    expect(walked(damaged)).not.toBe('whole');
    if (nativeReader !== undefined) expect(await native(damaged)).not.toBe('whole');
  });
});

describe('a baseline JPEG', () => {
  it('needs no end marker', async () => {
    const data = new Uint8Array(await picture().jpeg({ quality: 85 }).toBuffer());
    expect(walked(data.subarray(0, -2))).toBe('whole');
    if (nativeReader !== undefined) expect(await native(data.subarray(0, -2))).toBe('whole');
  });

  it('without an end marker is a slide with the same pixels', async () => {
    const data = await picture().jpeg({ quality: 85 }).toBuffer();
    const region = { x: 0, y: 0, width, height, downsample: 1 };
    const pixels = [data, data.subarray(0, -2)].map(async (bytes, i) => {
      const path = join(folder, `end-${i}.jpg`);
      await writeFile(path, bytes);
      const slide = await openSlide(path);
      const read = await slide.readRegion(region);
      await slide.close();
      return read.data;
    });
    const [whole, unended] = await Promise.all(pixels);
    expect(unended).toEqual(whole);
  });

  it('without an end marker, or with padding, is sound to decoders that fail for warnings', async () => {
    const data = new Uint8Array(await picture().jpeg({ quality: 85 }).toBuffer());
    expect(withoutWarnings(data)).toBe(data);
    const body = data.subarray(0, -2);
    for (const changed of [body, join2(body, Uint8Array.of(0, 0, 0)), join2(body, Uint8Array.of(0, 0, 0), END)]) {
      expect(withoutWarnings(changed)).toEqual(data);
    }
  });

  it('is a damaged slide where half of it is missing', async () => {
    const data = new Uint8Array(await picture().jpeg({ quality: 85 }).toBuffer());
    const path = join(folder, 'half.jpg');
    await writeFile(path, join2(data.subarray(0, data.length / 2), END));
    const slide = await openSlide(path);
    const region = { x: 0, y: 0, width: 10, height: 10, downsample: 1 };
    await expect(slide.readRegion(region)).rejects.toMatchObject({ code: 'bad-input' });
    await slide.close();
  });
});

/** What a slide's pixels are with the addon and without it. */
function bothWays(path: string): string[] {
  const index = fileURLToPath(new URL('../../../dist/index.js', import.meta.url));
  const script = `
    const { openSlide } = await import(${JSON.stringify(index)});
    const slide = await openSlide(${JSON.stringify(path)});
    const { width, height } = slide;
    const { data } = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
    const { createHash } = await import('node:crypto');
    console.log(slide.info.pixels, createHash('sha256').update(data).digest('hex'));`;
  return ['1', '0'].map((native) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, FTUSEG_SLIDE_NATIVE: native },
      encoding: 'utf8',
    }),
  );
}

describe('tiles', () => {
  it('of CMYK have the same pixels with the native decoder and without', async () => {
    const path = join(folder, 'cmyk.tif');
    await picture()
      .toColourspace('cmyk')
      .tiff({ compression: 'jpeg', quality: 90, tile: true, tileWidth: 64, tileHeight: 64 })
      .toFile(path);
    const [with1, without] = bothWays(path);
    expect(with1).toContain('cmyk');
    expect(without).toBe(with1);
  });

  it('without end markers have the same pixels with the native decoder and without', async () => {
    const data = new Uint8Array(await picture().jpeg({ quality: 85 }).toBuffer()).subarray(0, -2);
    const path = join(folder, 'unended.tif');
    await writeFile(path, jpegTiff({ blocks: [data], size: [width, height], tile: [width, height], photometric: 6 }));
    const [with1, without] = bothWays(path);
    expect(with1).toContain('ycbcr');
    expect(without).toBe(with1);
  });
});
