/** What is refused, each in one sentence that says what, where and what to do. */
import { describe, expect, it } from 'vitest';
import { cleanUp, folderOf, PICTURE, problemOf, slideFile, TILE } from '../../../tests/dicom/dicom-folder.js';
import { type SlideFile, SYNTAX, tilesOf } from '../../../tests/dicom/slide-builder.mjs';
import { samplePicture } from '../../../tests/format-suite.js';
import { readSlideTable } from '../../table/slide-table.node.js';

cleanUp();

const one = (more: Partial<SlideFile>): Promise<string> => problemOf({ 'a.dcm': slideFile(more) }, 'a.dcm');
const bytes = (length: number): Uint8Array => new Uint8Array(length);

describe('a file', () => {
  it.each<[string, Partial<SlideFile>, RegExp]>([
    [
      'big-endian',
      { syntax: '1.2.840.10008.1.2.2' },
      /DICOM files with big-endian data are not supported; convert it with `dcmconv \+te`/,
    ],
    ['deflated', { syntax: '1.2.840.10008.1.2.1.99' }, /with deflated data are not supported/],
    [
      'lossless JPEG',
      { syntax: '1.2.840.10008.1.2.4.70' },
      /with lossless JPEG data are not supported; convert it with `dcmdjpeg`/,
    ],
    ['HTJ2K', { syntax: '1.2.840.10008.1.2.4.201' }, /high-throughput JPEG 2000 \(HTJ2K\) data are not supported/],
    ['an unknown syntax', { syntax: '1.2.3' }, /with transfer syntax "1.2.3" data are not supported/],
    [
      'a CT',
      { changes: { 524310: ['UI', '1.2.840.10008.5.1.4.1.1.2'] } },
      /is no whole slide, but of another kind: CT; give/,
    ],
    ['an unknown kind', { changes: { 524310: ['UI', '1.2'] } }, /but of another kind: modality SM/],
    ['a palette', { photometric: 'PALETTE COLOR', samples: 1 }, /the colours "PALETTE COLOR" in none data/],
    ['32 bits', { bits: 32 }, /samples of 32 bits in 32 \(RGB, none\) are not supported/],
    ['signed samples', { changes: { 2621699: ['US', [1]] } }, /samples of 8 signed bits/],
    [
      'two fluorescence channels',
      { samples: 1, photometric: 'MONOCHROME2', paths: [{ id: '1' }, { id: '2' }] },
      /fluorescence slides \(2 optical paths\)/,
    ],
    [
      'a fluorescence channel',
      { samples: 1, photometric: 'MONOCHROME2', paths: [{ id: '1', illumination: '111743' }] },
      /fluorescence slides/,
    ],
    [
      'tiles off the grid',
      { organization: 'TILED_SPARSE', positions: Array.from({ length: 9 }, () => ({ column: 3, row: 1 })) },
      /frame 0 at column 3, row 1 is not on the grid/,
    ],
  ])('of %s is not supported', async (_, more, problem) => {
    expect(await one(more)).toMatch(/^unsupported: /);
    expect(await one(more)).toMatch(problem);
  });

  it.each<[string, Partial<SlideFile>, RegExp]>([
    ['no columns', { changes: { 2621457: null } }, /its header: Columns is missing/],
    ['no rows', { changes: { 2621456: ['US', [0]] } }, /Rows is 0, which is impossible/],
    ['no size', { changes: { 4718598: null } }, /the size of the whole picture .* is missing/],
    ['no series', { changes: { 2097166: null } }, /the series that it belongs to \(SeriesInstanceUID\) is missing/],
    ['too few frames', { frames: 8 }, /it has 8 frames where 3 x 3 tiles need 9/],
    ['too few focal planes', { focalPlanes: 2 }, /it has 9 frames where 3 x 3 tiles in 2 focal planes need 18/],
    ['no positions', { organization: 'TILED_SPARSE', frames: 8 }, /the positions of its 8 frames are missing/],
    [
      'frames twice',
      { organization: 'TILED_SPARSE', positions: Array.from({ length: 9 }, () => ({ column: 1, row: 1 })) },
      /frame 1: an earlier frame has its position/,
    ],
    [
      'frames outside',
      { organization: 'TILED_SPARSE', positions: Array.from({ length: 9 }, () => ({ column: 49, row: 1 })) },
      /its position \(column 49, row 1\) is outside/,
    ],
    [
      'positions against the order',
      { positions: Array.from({ length: 9 }, () => ({ column: 17, row: 1 })) },
      /the position of frame 0: it says column 17, row 1, and the order of frames 1, 1/,
    ],
    [
      'too few pixels',
      { frameData: [bytes(1000)], frames: 9 },
      /the pixel data: they have 1000 bytes where 9 frames need 5184/,
    ],
    [
      'too little in a frame',
      { syntax: SYNTAX.rle, frameData: Array.from({ length: 9 }, () => bytes(80)) },
      /damaged dicom-rle data \(it has 0 planes where 3 are needed\)/,
    ],
    [
      'an extended table of another length',
      { syntax: SYNTAX.rle, table: 'extended', frameData: [bytes(80)], frames: 9 },
      /extended offset table: it has not 9 entries/,
    ],
  ])('with %s is damaged', async (_, more, problem) => {
    expect(await one(more)).toMatch(/^bad-input: a\.dcm/);
    expect(await one(more)).toMatch(problem);
  });

  it('that is cut off, or encrypted', async () => {
    const whole = slideFile({ syntax: SYNTAX.rle, frameData: Array.from({ length: 9 }, () => bytes(80)) });
    const cut = (length: number): Promise<string> => problemOf({ 'a.dcm': whole.subarray(0, length) }, 'a.dcm');
    expect(await cut(700)).toMatch(/^bad-input: a\.dcm: the file ends inside .*copy or export it again/);
    expect(await cut(whole.length - 100)).toMatch(/^bad-input: a\.dcm: .*(ends inside|lie outside)/);
    const noise = Uint8Array.from({ length: 900 }, (_, i) => (i * 89) & 255);
    expect(await problemOf({ 'a.dcm': noise }, 'a.dcm')).toMatch(
      /does not begin as a DICOM file .* encrypted, cut off/,
    );
    expect(await problemOf({ 'a.dcm': bytes(0) }, 'a.dcm')).toMatch(/^bad-input: a\.dcm/);
  });
});

describe('a folder', () => {
  const picture = (width: number, height: number, more: Partial<SlideFile>): Uint8Array =>
    slideFile({ uid: '9', ...more }, samplePicture(width, height));

  it.each<[string, Readonly<Record<string, Uint8Array>>, RegExp]>([
    [
      'two slides',
      { 'b.dcm': slideFile({ series: '1.9', uid: '9' }) },
      /FOLDER: there are two slides in this folder: a\.dcm is of the series 1\.2\.3\.100, b\.dcm of 1\.9; put each/,
    ],
    [
      'levels of other shapes',
      { 'b.dcm': picture(20, 20, {}) },
      /b\.dcm: its 20 x 20 pixels are no smaller level of the 45 x 31 of a\.dcm/,
    ],
    [
      'levels of other scales',
      { 'b.dcm': picture(23, 16, {}) },
      /b\.dcm: its pixels are 1\.00 times as large as those of a\.dcm, and its size says 1\.9[46]/,
    ],
    ['a level twice', { 'b.dcm': slideFile({ uid: '9' }) }, /b\.dcm: it is a second level of 45 x 31 beside a\.dcm/],
    [
      'levels of two scans',
      { 'b.dcm': picture(23, 16, { changes: { 2097234: ['UI', '1.1'] } }) },
      /b\.dcm: it is a level of another scan than a\.dcm/,
    ],
    [
      'two labels',
      {
        'b.dcm': picture(9, 9, { type: 'ORIGINAL\\PRIMARY\\LABEL\\NONE' }),
        'c.dcm': picture(9, 9, { uid: '8', type: 'ORIGINAL\\PRIMARY\\LABEL\\NONE' }),
      },
      /c\.dcm: there is a second label \(b\.dcm\)/,
    ],
    ['what is no DICOM', { 'b.dcm': bytes(200) }, /b\.dcm: it does not begin as a DICOM file/],
  ])('with %s is refused', async (_, others, problem) => {
    expect(await problemOf({ 'a.dcm': slideFile(), ...others })).toMatch(problem);
  });

  it('without a level is refused', async () => {
    const label = slideFile({ type: 'ORIGINAL\\PRIMARY\\LABEL\\NONE' });
    expect(await problemOf({ 'a.dcm': label })).toMatch(
      /there is no level of the slide \(an image of type VOLUME\), only label; give the folder/,
    );
    const ct = slideFile({ changes: { 524310: ['UI', '1.2.840.10008.5.1.4.1.1.2'] } });
    expect(await problemOf({ 'a.dcm': ct })).toMatch(
      /FOLDER: this DICOM file is no whole slide, but of another kind: CT/,
    );
  });

  it('with other files is a folder of pictures', async () => {
    const folder = await folderOf({ 'a.dcm': slideFile(), 'slides.csv': Buffer.from('id,image\nx,a.dcm\n') });
    expect(await readSlideTable(folder)).toMatchObject([{ id: 'x' }]);
  });
});

it('a header of 100,000 frames opens in bounded time', async () => {
  const [across, down] = TILE;
  const [first] = tilesOf(PICTURE, ...TILE);
  const columns = 400;
  const positions = Array.from({ length: 100_000 }, (_, i) => ({
    column: (i % columns) * across + 1,
    row: Math.floor(i / columns) * down + 1,
  }));
  const file = slideFile({
    organization: 'TILED_SPARSE',
    changes: { 4718598: ['UL', [columns * across]], 4718599: ['UL', [250 * down]] },
    positions,
    frames: 100_000,
    frameData: [first ?? bytes(0)],
  });
  const began = process.cpuUsage();
  expect(await problemOf({ 'a.dcm': file })).toMatch(/the pixel data: they have 576 bytes where 100000 frames/);
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1e6).toBeLessThan(4);
});
