/** One mask in every form in which a prediction may come, and what is wrong with each. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeRle, objectsOf, outlinesOf, type Raster, raster, runsOfRaster } from '@ftuseg/core';
import { createGeoJsonWriter, parseClasses, writePng, writePyramid } from '@ftuseg/slide';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPredictions } from './predictions.node.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-predictions-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const size = { width: 12, height: 8 };
/** Two objects of label 1 and one of label 2. */
const labelAt = (x: number, y: number): number => (y < 2 || y > 5 ? 0 : x < 3 ? 1 : x > 4 && x < 7 ? 2 : x > 8 ? 1 : 0);
const drawn = Uint8Array.from({ length: 96 }, (_, i) => labelAt(i % 12, Math.floor(i / 12)));
const labels = raster(12, 8, 1, drawn);
const only = (wanted: (label: number) => boolean, value = 1): Raster => ({
  ...labels,
  data: labels.data.map((label) => (wanted(label) ? value : 0)),
});
const [any, first, second] = [(l: number) => l > 0, (l: number) => l === 1, (l: number) => l === 2];
const one = parseClasses(undefined);
const two = parseClasses('normal=1;sclerotic=2');

const put = async (name: string): Promise<string> => {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  return path;
};
async function putCodes(codes: readonly string[], outcome: object = size): Promise<void> {
  await writeFile(await put('slides/a.json'), JSON.stringify({ fingerprint: 'f', outcome, codes }));
  await putReport([{ ...outcome, status: 'predicted', id: 'a', fingerprint: 'f' }]);
}
/** As `ftu predict` writes them today. */
const putNamed = (names: readonly string[], codes = [encodeRle(only(first)), encodeRle(only(second))]) =>
  putCodes(codes, { ...size, facts: { classes: names.map((name) => ({ name })) } });
async function putReport(slides: readonly object[]): Promise<void> {
  await writeFile(await put('predictions.json'), JSON.stringify({ format: 3, slides }));
}
async function putPolygons(name: string, names: readonly string[]): Promise<void> {
  const mask = runsOfRaster(labels);
  const objects = objectsOf(mask);
  const writer = await createGeoJsonWriter(await put(name));
  for (const [i, polygons] of outlinesOf(mask, objects).entries()) {
    await writer.write({ polygons, name: names[(objects.objects[i]?.label ?? 0) - 1] ?? '' });
  }
  await writer.close();
}
async function putSubmission(text: string): Promise<string> {
  const path = await put('submission.csv');
  return writeFile(path, text).then(() => path);
}
const slideOf = (id: string) => ({ id, image: '' });
const read = async (path = folder, classes = one, onNote?: (sentence: string) => void) =>
  (await openPredictions(path, classes, onNote)).read(slideOf('a'), size);

describe('one class', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['codes of ftu predict', () => putCodes([encodeRle(only(any))])],
    ['codes of several classes', () => putCodes([encodeRle(only(first)), encodeRle(only(second))])],
    ['a pyramid of ftu predict', async () => writeMask(await put('masks/a.tif'), only(any, 255))],
    ['a PNG of ftu predict', async () => writePng(await put('masks/a.png'), only(any, 255))],
    ['a pyramid of labels', async () => writeMask(await put('a.tif'), labels)],
    ['a PNG of labels', async () => writePng(await put('a.png'), labels)],
    ['GeoJSON of ftu predict', () => putPolygons('geojson/a.geojson', ['glomerulus', 'glomerulus'])],
    ['GeoJSON of QuPath', () => putPolygons('a.geojson', ['Glomerulus', 'Sclerotic glomerulus'])],
  ])('comes from %s', async (_, write) => {
    await write();
    expect(await read()).toEqual([runsOfRaster(only(any))]);
  });

  it('comes from a submission', async () => {
    const path = await putSubmission(`id,predicted\nb,1 2\na,${encodeRle(only(any))}\n`);
    expect(await read(path)).toEqual([runsOfRaster(only(any))]);
  });

  it('does not come from a submission that was coded down the rows', async () => {
    const [width, height] = [60, 50];
    const disc = Uint8Array.from({ length: width * height }, (_, i) =>
      Math.hypot((i % height) - 20, Math.floor(i / height) - 25) < 15 ? 1 : 0,
    );
    const path = await putSubmission(`id,predicted\na,${encodeRle(raster(height, width, 1, disc))}\n`);
    const predictions = await openPredictions(path, one);
    await expect(predictions.read(slideOf('a'), { width, height })).rejects.toThrow(
      `${path}, slide a: its objects hold together in a picture of 50 x 60, and the slide is 60 x 50`,
    );
    await expect(predictions.read(slideOf('a'), { width: height, height: width })).resolves.toHaveLength(1);
  });

  it('takes codes before masks, masks before GeoJSON', async () => {
    await putPolygons('geojson/a.geojson', ['glomerulus', 'glomerulus']);
    await writePng(await put('masks/a.png'), only(first));
    expect(await read()).toEqual([runsOfRaster(only(first))]);
    await putCodes([encodeRle(only(second))]);
    expect(await read()).toEqual([runsOfRaster(only(second))]);
  });
});

describe('several classes', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['codes', () => putCodes([encodeRle(only(first)), encodeRle(only(second))])],
    ['labels', async () => writeMask(await put('masks/a.tif'), labels)],
    ['GeoJSON by the names of the classes', () => putPolygons('a.geojson', ['Normal', 'sclerotic'])],
    ['GeoJSON as a truth', () => putPolygons('a.geojson', ['Glomerulus', 'Sclerotic glomerulus'])],
  ])('come from %s', async (_, write) => {
    await write();
    expect(await read(folder, two)).toEqual([runsOfRaster(only(first)), runsOfRaster(only(second))]);
  });

  it('are found by ids in either form of Unicode', async () => {
    const [typed, apart] = ['Ni\u00e8re', 'Nie\u0300re'];
    const path = await putSubmission(`id,predicted\n${apart},${encodeRle(only(any))}\n`);
    expect(await (await openPredictions(path, one)).read(slideOf(typed), size)).toEqual([runsOfRaster(only(any))]);
    await rm(path);
    await writePng(await put(`${apart}.png`), only(any, 255));
    expect(await (await openPredictions(folder, one)).read(slideOf(typed), size)).toEqual([runsOfRaster(only(any))]);
  });

  it('are not in a submission', async () => {
    await expect(openPredictions(await putSubmission('id,predicted\n'), two)).rejects.toThrow('one class only');
  });
});

describe('classes of a prediction that names them', () => {
  const [normal, sclerotic, both] = [only(first), only(second), only(any)].map(runsOfRaster);

  it.each([
    ['sclerotic=2;normal=1', [sclerotic, normal], undefined],
    ['Sclerotic=2;background=1', [sclerotic], 'classes of the predictions that are not scored: normal'],
    ['glomerulus=1,2', [both], 'classes normal, sclerotic of the predictions scored as glomerulus'],
    ['anything', [both], 'classes normal, sclerotic of the predictions scored as anything'],
  ])('go by their names: %s', async (text, masks, note) => {
    await putNamed(['normal', 'sclerotic']);
    const notes: string[] = [];
    expect(await read(folder, parseClasses(text), (sentence) => notes.push(sentence))).toEqual(masks);
    expect(notes).toEqual(note === undefined ? [] : [note]);
  });

  it('are only the kinds of glomeruli where these are asked for, and the one class under any name', async () => {
    await putNamed(['sclerotic', 'artery']);
    expect(await read(folder, parseClasses('glomerulus=1,2;background=3'))).toEqual([normal]);
    await putNamed(['glom'], [encodeRle(only(any))]);
    expect(await read()).toEqual([both]);
  });

  it.each([
    ['gs=2', 'has no class gs; its classes are normal, sclerotic'],
    ['Sclerotic glomerulus=2;background=1', 'has no class Sclerotic glomerulus'],
    ['normal=1;scl=2', 'has no class scl;'],
    ['a=1;b=2', 'has no class a or b;'],
  ])('are refused before anything is scored where they have none: %s', async (text, says) => {
    await putNamed(['normal', 'sclerotic']);
    await expect(openPredictions(folder, parseClasses(text))).rejects.toThrow(says);
  });
});

it('says once what labels of images stand for', async () => {
  for (const id of ['a', 'b']) await writePng(await put(`${id}.png`), labels);
  const notes: string[] = [];
  const map = parseClasses('normal=10;sclerotic=20');
  const predictions = await openPredictions(folder, map, (sentence) => notes.push(sentence));
  for (const id of ['a', 'b']) {
    expect(await predictions.read(slideOf(id), size)).toEqual([runsOfRaster(only(first)), runsOfRaster(only(second))]);
  }
  expect(notes).toEqual([expect.stringContaining('in the order of --classes: 1 normal, 2 sclerotic')]);
});

describe('drawn objects', () => {
  it('are reported as those of a truth', async () => {
    await putPolygons('a.geojson', ['Normal', 'scl']);
    const predictions = await openPredictions(folder, two);
    expect(await predictions.read(slideOf('a'), size)).toEqual([
      runsOfRaster(only(first)),
      runsOfRaster(only(() => false)),
    ]);
    expect(predictions.drawn).toMatchObject([
      { id: 'a', shapes: 3, used: [{ as: ['normal'], shapes: 2 }], leftOut: [{ reason: 'class', name: 'scl' }] },
    ]);
  });

  it('are taken by names of classes and by those of a truth in one file, whatever the class map has', async () => {
    await putPolygons('a.geojson', ['NORMAL', 'Sclerotic glomerulus']);
    const masks = [runsOfRaster(only(first)), runsOfRaster(only(second))];
    expect(await read(folder, two)).toEqual(masks);
    expect(await read(folder, parseClasses('normal=Glom;sclerotic="Sclerotic glomerulus"'))).toEqual(masks);
  });

  it('are refused where all lie beyond the slide', async () => {
    await putPolygons('a.geojson', ['normal', 'sclerotic']);
    const predictions = await openPredictions(folder, two);
    await expect(predictions.read(slideOf('a'), { width: 4, height: 1 })).rejects.toThrow(
      'lie beyond the slide of 4 x 1 pixels',
    );
  });

  it('may be none', async () => {
    await writeFile(await put('a.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [] }));
    expect(await read()).toEqual([runsOfRaster(only(() => false))]);
  });
});

describe('what is wrong', () => {
  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'nothing there',
      async () => undefined,
      /no prediction for slide a; it would be one of slides\/a\.json, masks\/a\.tif/,
    ],
    [
      'codes for another slide',
      () => putCodes([''], { width: 12, height: 9 }),
      /a\.json: the prediction is 12 x 9, the slide 12 x 8/,
    ],
    ['a damaged code', () => putCodes(['3 4 5']), /a\.json: it has 3 numbers, an odd count/],
    [
      'a code that is too long',
      () => putCodes(['90 20']),
      /a\.json: run 1 \("90 20"\) ends past the last of 96 pixels/,
    ],
    ['another JSON', async () => writeFile(await put('slides/a.json'), '{}'), /not what ftu predict keeps/],
    ['no JSON', async () => writeFile(await put('slides/a.json'), '{'), /this is not JSON/],
    [
      'a mask of another size',
      async () => writePng(await put('a.png'), raster(8, 12, 1, new Uint8Array(96))),
      /a\.png: .*8 x 12.*12 x 8/,
    ],
    [
      'GeoJSON of something else',
      () => putPolygons('a.geojson', ['Cortex', 'Medulla']),
      /no object of the prediction belongs to a class; there are: Cortex, Medulla/,
    ],
  ])('%s', async (_, write, says) => {
    await write();
    await expect(read()).rejects.toThrow(says);
  });

  it('a prediction that was interrupted, or is still going on', async () => {
    await putCodes(['']);
    await rm(join(folder, 'predictions.json'));
    await expect(read()).rejects.toThrow(/was interrupted, or is still going on; run the same `ftu predict` again/);
    await rm(join(folder, 'slides/a.json'));
    await put('unfinished/b/plan.json');
    await writePng(await put('masks/a.png'), only(any, 255));
    await expect(read()).rejects.toThrow('was interrupted');
  });

  it.each<[string, readonly object[], RegExp]>([
    [
      'failed',
      [{ status: 'failed', id: 'a', problem: 'it is cut off' }],
      /slide a could not be predicted \(it is cut off\)/,
    ],
    [
      'is of an earlier run',
      [{ status: 'predicted', id: 'b', fingerprint: 'f' }],
      /slide a is not in predictions\.json/,
    ],
    [
      'is of other settings',
      [{ status: 'predicted', id: 'a', fingerprint: 'g' }],
      /slide a has a record of another prediction/,
    ],
  ])('a slide whose prediction %s', async (_, slides, says) => {
    await putCodes(['']);
    await writePng(await put('a.png'), only(any, 255));
    await putReport(slides);
    await expect(read()).rejects.toThrow(says);
  });

  it('another number of classes', async () => {
    await putCodes(['']);
    await expect(read(folder, two)).rejects.toThrow('the prediction has one class, --classes names 2');
    await rm(join(folder, 'slides'), { recursive: true });
    await rm(join(folder, 'predictions.json'));
    await writePng(await put('a.png'), only(any, 255));
    await expect(read(folder, two)).rejects.toThrow('label 255 is beyond the 2 classes');
  });

  it.each([
    ['id,predicted\na,1 1\na,2 1\n', /line 3: slide a occurs twice/],
    ['id,predicted\nb,1 1\n', /no row for slide a/],
    ['id,encoding\na,1 1\n', /needs the columns id and predicted, this has id, encoding/],
    ['id,predicted\na,x 1\n', /slide a: value 1 is "x"/],
    [`id,predicted\na,${'1'.repeat(32_767)}\n`, /line 2, column "predicted": the cell ends after 32767 characters/],
  ])('the submission %j', async (text, says) => {
    const path = await putSubmission(text);
    await expect(read(path)).rejects.toThrow(says);
  });

  it('no such folder', async () => {
    await expect(read(join(folder, 'gone'))).rejects.toThrow('gone: there are no predictions; run ftu predict first');
  });
});

const writeMask = (path: string, mask: Raster): Promise<void> =>
  writePyramid(path, { ...size, channels: 1, content: 'labels', tileSize: 16 }, [mask]);
