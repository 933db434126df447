/** A page's decoders give Node's pixels, and refuse what Node refuses. They run in Node too; tests/browser.test.ts asks them in Chromium. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeWhole, type PageAnswer } from '../tests/decode-whole.js';
import { cutOff, pageSamples } from '../tests/page-samples.js';
import * as browser from './browser.js';
import { openSlide } from './index.js';

const samples = await pageSamples();
const folder = mkdtempSync(join(tmpdir(), 'ftuseg-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What Node reads in a file of these bytes. */
async function inNode(name: string, bytes: Uint8Array): Promise<PageAnswer> {
  // Alone, as in a page that was given one file.
  const path = join(mkdtempSync(join(folder, 'one-')), name);
  writeFileSync(path, bytes);
  try {
    const slide = await openSlide(path);
    try {
      const { width, height } = slide;
      const { data } = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
      return { digest: createHash('sha256').update(data).digest('hex'), width, height };
    } finally {
      await slide.close();
    }
  } catch (error) {
    return { error: String(error) };
  }
}

const inPage = (name: string, bytes: Uint8Array): Promise<PageAnswer> =>
  decodeWhole(name, Uint8Array.from(bytes).buffer);

/** Read in Node alone, and refused in a page in one sentence. */
const onlyInNode: Readonly<Record<string, RegExp>> = {
  'jpeg-410.jpg': /^unsupported: .*JPEGs of this chroma subsampling are not decoded in a page/,
  'jpeg-arithmetic.jpg': /^unsupported: .*arithmetic coding are not decoded in a page/,
};

describe("a page's decoders", () => {
  it.each([...samples.keys()])('read %s as Node does', async (name) => {
    const bytes = samples.get(name) ?? new Uint8Array();
    const [node, page] = [await inNode(name, bytes), await inPage(name, bytes)];
    const refused = onlyInNode[name];
    if (refused === undefined)
      expect({ ...page, error: page.error && true }).toEqual({ ...node, error: node.error && true });
    else expect([node.error, page.error]).toEqual([undefined, expect.stringMatching(refused)]);
  });

  it.each([...samples.keys()].filter((name) => /jpg|webp|jpeg/.test(name)))('find that %s is cut off', async (name) => {
    const bytes = cutOff(samples.get(name) ?? new Uint8Array());
    expect((await inNode(name, bytes)).error).toBeDefined();
    expect((await inPage(name, bytes)).error).toBeDefined();
  });

  it('go on after a warning and after damage', async () => {
    const whole = samples.get('made-420.jpg') ?? new Uint8Array();
    const wanted = await inNode('whole.jpg', whole);
    // The end marker is missing, which costs no pixel; then bytes that belong to nothing. Node's libvips refuses both in pictures, not in tiles.
    for (const bytes of [whole.subarray(0, -2), Uint8Array.of(...whole.subarray(0, -2), 0, 1, 2, 0xff, 0xd9), whole]) {
      expect(await inPage('warned.jpg', bytes)).toEqual(wanted);
      expect((await inPage('cut.jpg', cutOff(bytes))).error).toMatch(/^bad-input: /);
    }
  });

  it('take no pixel that the library has not written', async () => {
    const bytes = Uint8Array.from(samples.get('jpeg-422.jpg') ?? []);
    let at = 2;
    while (bytes[at + 1] !== 0xc0) at += 2 + (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
    // A quantization table that is not there: found after the scans are walked, when decoding has begun.
    bytes[at + 12] = 7;
    expect((await inPage('table.jpg', bytes)).error).toMatch(/^bad-input: .*libjpeg-turbo cannot decode it/);
    expect((await inNode('table.jpg', bytes)).error).toBeDefined();
  });

  it('are all there without a further argument', () => {
    expect(browser.browserRuntime.codecs.map(({ name }) => name).sort()).toEqual([
      'deflate',
      'dicom-rle',
      'jpeg',
      'jpeg-2000',
      'jpeg-ls',
      'jpeg-xr',
      'lzw',
      'none',
      'packbits',
      'webp',
      'zstd',
    ]);
  });
});
