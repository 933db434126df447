/** `ftu convert`: what the ending of the output means, what is refused, and what is said at the end. */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { encodeRle, raster } from '@ftuseg/core';
import { openSlide, writePng, writePyramid } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ftu } from './run.js';

let folder = '';
const at = (name: string): string => join(folder, name);
const picture = raster(
  300,
  200,
  3,
  Uint8Array.from({ length: 180_000 }, (_, i) => (i * 7 + Math.floor(i / 900)) & 255),
);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-convert-'));
  await writePng(at('scan.png'), picture);
  await writePyramid(at('scan.tif'), { width: 300, height: 200, channels: 3, micronsPerPixel: 0.5 }, [picture]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const formatOf = async (path: string): Promise<string> => {
  const slide = await openSlide(path);
  return slide.close().then(() => slide.info.format);
};

describe('the ending of the output', () => {
  it.each([
    ['a.tif', [], 'BigTIFF pyramid', '3 tiles copied as they are, none compressed'],
    ['a.ome.tif', ['--compression', 'keep'], 'OME-TIFF pyramid', '3 tiles copied as they are, none compressed'],
    ['a.ome.zarr', [], 'OME-Zarr 0.4', 'every pixel kept'],
    ['b.zarr', ['--zarr-version', '0.5', '--sharded'], 'OME-Zarr 0.5', 'every pixel kept'],
    ['a.ozx', [], 'OME-Zarr 0.5', 'every pixel kept'],
    ['series', ['--format', 'dicom'], 'DICOM', '3 tiles copied as they are, none compressed'],
    ['q.tif', ['--quality', '50'], 'BigTIFF pyramid', '3 tiles compressed (JPEG, quality 50)'],
    ['one.tif', ['--compression', 'deflate', '--levels', '1'], 'BigTIFF', '2 tiles compressed (every pixel kept)'],
  ])('%s %j is %s', async (name, options, format, says) => {
    const { code, stdout, stderr } = await ftu('convert', at('scan.tif'), at(name), ...options);
    expect([code, stderr.replace(/converting.*\n/g, '')]).toEqual([0, '']);
    expect(stdout).toContain(says);
    expect(await formatOf(at(name))).toBe(format);
  });

  it.each([
    [['scan.svs'], /files that are named .svs are not written; name it .tif, .ome.tif/],
    [['nothing'], /its ending does not say what to write/],
    [['x.tif', '--format', 'dicom'], /a DICOM series is a folder; name a folder/],
    [['x.dcm'], /a DICOM series is a folder/],
    [['x.tif', '--format', 'ome-tiff'], /an OME-TIFF is named .ome.tif/],
    [['scan.tif'], /the slide itself lies there/],
    [['link.tif', '--overwrite'], /the slide itself lies there/],
    [['there.tif'], /it is there already; replace it with --overwrite/],
    [['thesis', '--format', 'ome-zarr', '--overwrite'], /a folder of something else than Zarr, and is not replaced/],
  ])('%j is refused in one sentence', async ([name = '', ...options], says) => {
    await writeFile(at('there.tif'), 'older');
    await mkdir(at('thesis'), { recursive: true });
    await writeFile(at('thesis/text'), 'years');
    await symlink(at('scan.tif'), at('link.tif')).catch(() => undefined);
    const { code, stderr } = await ftu('convert', at('scan.tif'), at(name), ...options);
    expect([code, stderr.trim().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(says);
    expect(await readFile(at('there.tif'), 'utf8')).toBe('older');
    expect(await readdir(at('thesis'))).toEqual(['text']);
  });

  it.each([
    [['x.ome.zarr', '--compression', 'jpeg'], /OME-Zarr keeps every pixel: leave --compression out/],
    [['x.ome.zarr', '--quality', '9'], /--quality is for --compression jpeg/],
    [['x.tif', '--compression', 'keep', '--quality', '9'], /keep compresses nothing/],
    [['x.tif', '--compression', 'keep', '--factor', '2'], /leave --tile-size and --factor out/],
    [['x.tif', '--zarr-version', '0.4'], /--zarr-version is for OME-Zarr/],
    [['x.tif', '--sharded'], /--sharded is for OME-Zarr 0.5/],
    [['x.ome.zarr', '--sharded'], /add --zarr-version 0.5/],
    [['x.ozx', '--zarr-version', '0.4'], /.ozx is OME-Zarr 0.5; name it .zarr.zip/],
    [['x.tif', '--labels', 'm.png'], /--labels is for OME-Zarr/],
    [['x.ome.zarr', '--classes', 'a=1'], /--classes is for --labels/],
    [['x', '--format', 'dicom', '--compression', 'deflate'], /--format dicom is written with JPEG/],
  ])('%j would do nothing, or cannot be', async ([name = '', ...options], says) => {
    const { code, stderr } = await ftu('convert', at('scan.tif'), at(name), ...options);
    expect([code, stderr.trim().split('\n').length]).toEqual([2, 1]);
    expect(stderr).toMatch(says);
  });
});

it('says what stays behind', async () => {
  const { code, stdout, stderr } = await ftu('convert', at('scan.png'), at('said.tif'), '--compression', 'deflate');
  expect(code).toBe(0);
  expect(stdout).toMatch(/300 x 200 pixels, 2 levels in .*said\.tif; 3 tiles compressed \(every pixel kept\)/);
  expect(stderr).toContain('scan: its scale is unknown, and none is written: say it with --microns-per-pixel');
});

describe('labels', () => {
  const values = raster(
    300,
    200,
    1,
    Uint8Array.from({ length: 60_000 }, (_, i) => (i % 300 < 50 ? 2 : 0)),
  );
  const geojson = JSON.stringify({
    type: 'Feature',
    properties: { objectType: 'annotation', classification: { name: 'Glomerulus' } },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [10, 10],
          [60, 10],
          [60, 40],
          [10, 40],
          [10, 10],
        ],
      ],
    },
  });

  it.each([
    ['a label image', 'mask.png', ['--classes', 'normal=1;sclerotic=2'], 'sclerotic', 2],
    ['drawn objects', 'drawn.geojson', [], 'glomerulus', 1],
    ['a folder of ftu predict', 'predicted', [], 'glomerulus', 1],
  ])('of %s go into labels/classes', async (_, name, options, className, value) => {
    await writePng(at('mask.png'), values);
    await writeFile(at('drawn.geojson'), geojson);
    await mkdir(at('predicted/masks'), { recursive: true });
    const ones = { ...values, data: values.data.map((one) => (one === 0 ? 0 : 1)) };
    await writePyramid(at('predicted/masks/scan.tif'), { width: 300, height: 200, channels: 1, content: 'labels' }, [
      ones,
    ]);
    const out = at(`${name}.ome.zarr`);
    const { code, stdout } = await ftu('convert', at('scan.tif'), out, '--labels', at(name), ...options);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/chunks of the picture and [12] of labels, every pixel kept/),
    ]);
    const text = await readFile(join(out, 'labels/classes/.zattrs'), 'utf8');
    expect(text).toContain(`"class": "${className}"`);
    expect(text).toContain(`"label-value": ${value}`);
  });

  /** Names of the classes in an OME-Zarr. */
  async function written(out: string): Promise<string[]> {
    const text = await readFile(join(out, 'labels/classes/.zattrs'), 'utf8');
    return [...text.matchAll(/"class": "([^"]+)"/g)].map(([, name = '']) => name);
  }

  it('of a finished prediction keep its classes, and one that was interrupted is refused', async () => {
    const code = (from: number): string =>
      encodeRle({ ...values, data: values.data.map((_, i) => (i % 300 >= from && i % 300 < from + 20 ? 1 : 0)) });
    const facts = { classes: [{ name: 'normal' }, { name: 'sclerotic' }] };
    const outcome = { id: 'scan', width: 300, height: 200, facts };
    await mkdir(at('two/slides'), { recursive: true });
    const kept = { fingerprint: 'f', outcome, codes: [code(0), code(100)] };
    await writeFile(at('two/slides/scan.json'), JSON.stringify(kept));
    const refused = await ftu('convert', at('scan.tif'), at('two.ome.zarr'), '--labels', at('two'));
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/was interrupted, or is still going on/)]);
    const slides = [{ status: 'predicted', id: 'scan', fingerprint: 'f', facts }];
    await writeFile(at('two/predictions.json'), JSON.stringify({ slides }));
    await ftu('convert', at('scan.tif'), at('two.ome.zarr'), '--labels', at('two'));
    expect(await written(at('two.ome.zarr'))).toEqual(['normal', 'sclerotic']);
  });

  it('of classes that overlap are those of the later one, which is said', async () => {
    await writePng(at('mask.png'), values);
    const classes = ['--classes', 'glomerulus=1,2;sclerotic=2'];
    const out = at('overlap.ome.zarr');
    const { stderr } = await ftu('convert', at('scan.tif'), out, '--labels', at('mask.png'), ...classes);
    expect(stderr).toContain('pixels of glomerulus and sclerotic get the number of the last of these');
    const chunk = inflateSync(await readFile(join(out, 'labels/classes/0/0/0/0/0/0')));
    expect([chunk[0], chunk[60]]).toEqual([2, 0]);
  });

  it('of another size, or with values that no class has, are refused, and nothing is left', async () => {
    await writePng(at('small.png'), raster(30, 20, 1, new Uint8Array(600)));
    await writePng(at('mask.png'), values);
    const small = await ftu('convert', at('scan.tif'), at('w.ome.zarr'), '--labels', at('small.png'));
    expect([small.code, small.stderr]).toEqual([
      1,
      expect.stringMatching(/the mask is 30 x 20, the image is 300 x 200/),
    ]);
    const other = await ftu(
      'convert',
      at('scan.tif'),
      at('w.ome.zarr'),
      '--labels',
      at('mask.png'),
      '--classes',
      'normal=1;a=3',
    );
    expect([other.code, other.stderr]).toEqual([1, expect.stringMatching(/unknown label 2/)]);
    expect((await readdir(folder)).filter((one) => one.startsWith('w.') || one.endsWith('.tmp'))).toEqual([]);
  });
});
