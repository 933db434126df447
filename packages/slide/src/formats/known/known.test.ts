import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTiff } from '../../../tests/hostile/tiff-builder.mjs';
import { openSlide } from '../../open-slide.node.js';
import { readSlideTable } from '../../table/slide-table.node.js';
import { encodeJpeg } from '../../write-image.node.js';
import { knownFormats } from './known-formats.js';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-known-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(at(name), typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
  return at(name);
}

/** A TIFF of one pixel with a description. */
const tiff = (description: string): Uint8Array =>
  buildTiff({
    tags: [
      { tag: 256, type: 4, values: [1] },
      { tag: 257, type: 4, values: [1] },
      { tag: 258, type: 3, values: [8, 8, 8] },
      { tag: 262, type: 3, values: [2] },
      { tag: 270, type: 2, values: [...new TextEncoder().encode(description), 0] },
      { tag: 273, type: 4, values: 'blocks' },
      { tag: 277, type: 3, values: [3] },
      { tag: 278, type: 4, values: [1] },
      { tag: 279, type: 4, values: [3] },
    ],
    blocks: [Uint8Array.of(1, 2, 3)],
  });

const jpeg = (): Promise<Uint8Array> =>
  encodeJpeg({ width: 2, height: 2, channels: 3, data: new Uint8Array(12).fill(9) }, 90);

describe('formats that are known and not read', () => {
  it.each([
    ['a.zvi', '\xd0\xcf\x11\xe0', 'Zeiss ZVI files are not supported; convert it with `bfconvert'],
    ['a.nd2', '\xda\xce\xbe\x0a', 'Nikon ND2'],
    ['a.pdf', '%PDF-1.7', 'this is PDF, not a picture; export the picture'],
    ['a.zip', 'PK\x03\x04', 'this is a ZIP archive, not a picture; unpack it'],
    ['a.tif.gz', '\x1f\x8b\x08', 'this is a gzip archive, not a picture; unpack it'],
    ['a.qpdata', '\xac\xed\0\x05', "this is QuPath's .qpdata, not a picture; in QuPath: File, Export"],
    ['a.xml', '<?xml version="1.0"?><Annotations/>', 'this is XML, not a picture; annotations go into the column'],
    ['a.geojson', '{"type": "FeatureCollection"}', 'this is JSON, not a picture'],
    ['a.h5', '\x89HDF\r\n', 'this is HDF5, not a picture'],
    ['a.jp2', '\0\0\0\x0cjP  ', 'JPEG 2000 (.jp2) files'],
    ['a.avif', '\0\0\0\x20ftypavif', 'HEIF or AVIF files'],
    ['a.gif', 'GIF89a', 'GIF files'],
    ['a.isyntax', '\x01\x02\x03\0', 'Philips iSyntax files'],
    ['a.onnx', '\x08\x08\x12\x06\0', 'this is an ONNX model, not a picture; give it with --model'],
  ])('%s', async (name, content, problem) => {
    const path = await file(name, content);
    await expect(openSlide(path)).rejects.toMatchObject({ code: 'unsupported', subject: path });
    await expect(openSlide(path)).rejects.toThrow(problem);
    await expect(readSlideTable(path)).rejects.toThrow(problem);
  });

  it('a.vms, although it begins as a format that is read', async () => {
    const path = await file('a.vms', await jpeg());
    await expect(openSlide(path)).rejects.toThrow('Hamamatsu VMS file');
  });

  it.each(['a.vms', 'a.svslide'])('%s, which OpenSlide may read', async (name) => {
    const path = await file(name, 'SQLite format 3\0');
    await expect(openSlide(path)).rejects.toMatchObject({ code: 'unsupported', subject: path });
    await expect(openSlide(path)).rejects.toThrow(/(VMS|SVSLIDE) file.*OpenSlide [34].* or later .*convert it/);
    expect(await readSlideTable(path)).toHaveLength(1);
  });

  it.each([
    ['level=0 mag=40 quality=95', 'Ventana BIF'],
    ['Label_Image', 'Ventana BIF'],
  ])('TIFFs of scanners by what they say: %s', async (description, name) => {
    const path = await file('vendor.tif', tiff(description));
    await expect(openSlide(path)).rejects.toThrow(`${name} files are not supported`);
    await writeFile(path, tiff('Label of a slide'));
    const slide = await openSlide(path);
    await slide.close();
  });

  it('have names that differ, and say what to do', () => {
    expect(new Set(knownFormats.map(({ name }) => name)).size).toBe(knownFormats.length);
    for (const { hint } of knownFormats)
      expect(hint).toMatch(/^(convert|export|save|unpack|give|in QuPath|annotations go)/);
  });
});
