/** What of a CZI is refused, in one sentence that says what and where. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCzi, type CziBlock, type CziOptions, xmlOf } from '../../../tests/czi/czi-builder.mjs';
import { makeSlide, twoScenes } from '../../../tests/czi/czi-slides.mjs';
import { samplesOf } from '../../../tests/czi/pictures.mjs';
import { openSlide } from '../../open-slide.node.js';

let folder = '';
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-czi-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function readAll(bytes: Uint8Array): Promise<void> {
  const path = join(folder, `${++count}.czi`);
  await writeFile(path, bytes);
  const slide = await openSlide(path);
  const { width, height } = slide;
  await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 }).finally(() => slide.close());
}

const picture = samplesOf(30, 20, 3, 8);
const block: CziBlock = { x: 0, y: 0, picture };
const at = (change: Partial<CziBlock>): CziBlock => ({ ...block, ...change });
const reduced = (size: readonly [number, number], width: number, height: number): CziBlock =>
  at({ size, picture: samplesOf(width, height, 3, 8) });

/** The entry of a file's first sub-block stands in its own segment and in the directory; this is where the latter begins. */
const directoryOf = (bytes: Uint8Array): number => Buffer.from(bytes).indexOf('ZISRAWDIRECTORY') + 32 + 128;

function edited(edit: (bytes: Buffer, directory: number) => void, blocks: readonly CziBlock[] = [block]): Uint8Array {
  const bytes = Buffer.from(buildCzi(blocks));
  edit(bytes, directoryOf(bytes));
  return new Uint8Array(bytes);
}

describe('a CZI is refused', () => {
  it.each<[string, readonly CziBlock[], CziOptions, string, RegExp]>([
    [
      'several channels',
      [at({ at: { C: 0 } }), at({ at: { C: 1 } })],
      {},
      'unsupported',
      /2 channels \(CZI\), such as of fluorescence/,
    ],
    ['several views', [at({ at: { V: 0 } }), at({ at: { V: 1 } })], {}, 'unsupported', /2 views/],
    [
      'grey fluorescence',
      [at({ picture: samplesOf(30, 20, 1, 16) })],
      { xml: xmlOf({ contrast: 'Fluorescence' }) },
      'unsupported',
      /it says Fluorescence/,
    ],
    [
      'grey that says nothing',
      [at({ picture: samplesOf(30, 20, 1, 8) })],
      { xml: '' },
      'unsupported',
      /does not say that it is brightfield is/,
    ],
    ['several files', [block], { filePart: 1 }, 'unsupported', /a CZI of several files/],
    ['sub-blocks in other files', [block], { blockPart: 2 }, 'unsupported', /a CZI of several files/],
    ['no sub-block', [], {}, 'bad-input', /no sub-block in full resolution/],
    ['reduced pictures alone', [reduced([60, 40], 30, 20)], {}, 'bad-input', /no sub-block in full resolution/],
    ['two sub-blocks in one place', [block, block], {}, 'bad-input', /two sub-blocks at 0, 0 with one index/],
    [
      'sides that are not reduced alike',
      [at({ picture: samplesOf(400, 400, 3, 8) }), reduced([400, 400], 200, 100)],
      {},
      'bad-input',
      /stores 400 x 400 pixels as 200 x 100/,
    ],
    [
      'no whole factor',
      [at({ picture: samplesOf(400, 400, 3, 8) }), reduced([400, 400], 160, 160)],
      {},
      'bad-input',
      /stores 400 x 400 pixels as 160 x 160/,
    ],
    ['XML that is none', [block], { xml: '<ImageDocument>' }, 'bad-input', /the metadata: its XML is not well-formed/],
    [
      'too few bytes',
      [at({ data: new Uint8Array(1799) })],
      {},
      'bad-input',
      /1799 bytes are there where 1800 are needed/,
    ],
    [
      'too many bytes',
      [at({ data: new Uint8Array(1801) })],
      {},
      'bad-input',
      /more bytes are there where 1800 are needed/,
    ],
    [
      'no Zstandard',
      [at({ compression: 'zstd0', data: new Uint8Array(50) })],
      {},
      'bad-input',
      /does not start as a Zstandard frame/,
    ],
    [
      'another header',
      [at({ compression: 'zstd1', data: Uint8Array.of(3, 2, 1) })],
      {},
      'bad-input',
      /its header of 3 bytes is not known/,
    ],
    [
      'parted samples of 8 bits',
      [at({ compression: 'parted' })],
      {},
      'bad-input',
      /the bytes of samples of 8 bits are parted/,
    ],
    [
      '12 bits that are not stated',
      [at({ picture: { ...samplesOf(30, 20, 3, 16), data: new Uint8Array(3600).fill(9) } })],
      {},
      'unsupported',
      /its 16-bit samples are all below 4096/,
    ],
  ])('for %s', async (_, blocks, options, code, message) => {
    const reading = readAll(buildCzi(blocks, options));
    await expect(reading).rejects.toMatchObject({ code });
    await expect(reading).rejects.toThrow(message);
  });

  it.each<[string, (bytes: Buffer, directory: number) => void, RegExp]>([
    [
      'JPEG',
      (bytes, directory) => bytes.writeInt32LE(1, directory + 18),
      /JPEG in a CZI is not supported; save it from ZEN with JPEG XR/,
    ],
    ['LZW', (bytes, directory) => bytes.writeInt32LE(2, directory + 18), /LZW in a CZI/],
    ['raw data of a camera', (bytes, directory) => bytes.writeInt32LE(504, directory + 18), /compression 504 in a CZI/],
    [
      'floating point',
      (bytes, directory) => bytes.writeInt32LE(8, directory + 2),
      /floating-point BGR \(CZI\) is not supported/,
    ],
    ['opacity', (bytes, directory) => bytes.writeInt32LE(9, directory + 2), /BGRA \(CZI\)/],
    ['another version', (bytes) => bytes.writeInt32LE(2, 32), /version 2 of CZI/],
    ['entries of another kind', (bytes, directory) => bytes.write('DE', directory), /entries of the kind DE/],
    [
      'a dimension that nobody knows',
      (bytes, directory) => bytes.write('Q', directory + 32),
      /the dimension "Q" is not known/,
    ],
    ['a dimension twice', (bytes, directory) => bytes.write('X', directory + 52), /two dimensions X/],
    [
      'a directory that is not there',
      (bytes) => bytes.writeBigInt64LE(64n, 84),
      /at 64 there is no segment ZISRAWDIRECTORY/,
    ],
    ['a directory outside the file', (bytes) => bytes.writeBigInt64LE(1n << 40n, 84), /lies outside the file/],
    ['too many entries', (bytes, directory) => bytes.writeInt32LE(9, directory - 128), /9 entries are impossible/],
    [
      'too few entries',
      (bytes, directory) => bytes.writeInt32LE(0, directory - 128),
      /it holds more than its 0 entries/,
    ],
    [
      'an entry that leads to another segment',
      (bytes, directory) => bytes.writeBigInt64LE(BigInt(directory - 160), directory + 6),
      /there is no segment ZISRAWSUBBLOCK/,
    ],
    [
      'an entry that its sub-block contradicts',
      (bytes, directory) => bytes.writeInt32LE(7, directory + 36),
      /it says something else of itself than the directory does/,
    ],
    [
      'samples behind the end',
      (bytes) => bytes.writeBigInt64LE(1n << 30n, bytes.indexOf('ZISRAWSUBBLOCK') + 40),
      /pass its end/,
    ],
  ])('for %s', async (_, edit, message) => {
    await expect(readAll(edited(edit))).rejects.toThrow(message);
  });

  it('where a directory leads to the sub-block of another place', async () => {
    const { blocks } = makeSlide(twoScenes);
    const bytes = edited((file, directory) => {
      // Entries of five dimensions each: the second says where the first lies.
      file.copy(file, directory + 132 + 6, directory + 6, directory + 14);
    }, blocks);
    await expect(readAll(bytes)).rejects.toThrow('it says something else of itself than the directory does');
  });
});
