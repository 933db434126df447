import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUp, folderOf } from '../../tests/dicom/dicom-folder.js';
import { attributesOf, bytesAt, maskOf, seriesOf, sourceOf } from '../../tests/dicom/result-files.js';
import { type DataSet, itemsOf, numberOf, numbersOf, placeOf, textOf } from '../formats/dicom/structure/data-set.js';
import { writeReport } from './report/write-report.node.js';
import type { ResultObject } from './result-object.js';
import { writeSegmentation } from './segmentation/write-segmentation.node.js';
import { writeAnnotations } from './write-annotations.node.js';

cleanUp();

const UUID = '00000000-0000-0000-0000-00000000000';
const objects: readonly ResultObject[] = [
  {
    id: `${UUID}a`,
    label: 2,
    outline: Float64Array.of(10, 0, 20, 0, 20, 8),
    area: 10,
    diameter: 3.5,
    probability: 0.75,
  },
  {
    id: `${UUID}b`,
    label: 1,
    outline: Float64Array.of(0, 0, 1, 0, 1, 1, 0, 1),
    area: 0.25,
    diameter: 0.5,
    probability: 1,
  },
  {
    id: `${UUID}c`,
    label: 2,
    outline: Float64Array.of(30, 30, 31, 30, 31, 31),
    area: 1,
    diameter: 1,
    probability: 0.5,
  },
];

/** Of corners: the slide's columns count down y and its rows down x from 20.5, 40 mm, which is the centre of its first pixel. */
const millimetres = ({ outline }: ResultObject): [number, number][] =>
  Array.from({ length: outline.length / 2 }, (_, i) => [
    20.5 - 0.0005 * ((outline[2 * i + 1] ?? 0) - 0.5),
    40 - 0.0005 * ((outline[2 * i] ?? 0) - 0.5),
  ]);

const CODE = { 524544: 'value', 524548: 'value', 524569: 'value' } as const;
const ITEM = {
  4235328: 'value',
  4235331: CODE,
  4235556: 'value',
  4235616: 'value',
  4235624: CODE,
  4236032: { 4236042: 'value', 4196586: CODE },
  7340066: 'value',
  7340067: 'value',
  805699620: 'value',
} as const;
const TREE = { ...ITEM, 4237104: { ...ITEM, 4237104: { ...ITEM, 4237104: ITEM } } } as const;

const nameOf = (item: DataSet | undefined): string => textOf(itemsOf(item, 0x0040a043)[0], 0x00080104) ?? '';
const childrenOf = (item: DataSet | undefined): readonly DataSet[] => itemsOf(item, 0x0040a730);
const child = (item: DataSet | undefined, name: string): DataSet | undefined =>
  childrenOf(item).find((one) => nameOf(one) === name);
const numberIn = (item: DataSet | undefined): number[] =>
  numbersOf(itemsOf(item, 0x0040a300)[0], 0x0040a30a).slice(0, 1);
const unitOf = (item: DataSet | undefined): string | undefined =>
  textOf(itemsOf(itemsOf(item, 0x0040a300)[0], 0x004008ea)[0], 0x00080100);

async function reported() {
  const path = join(await folderOf({}), 'sr.dcm');
  await writeReport(path, objects, [1, 2], seriesOf(await sourceOf(), ['normal', 'sclerotic']));
  return { path, groups: childrenOf(child(await attributesOf(path, TREE), 'Imaging Measurements')) };
}

describe('a report of measurements', () => {
  it('has a group for each class and each object, with measures and units', async () => {
    const { groups } = await reported();
    expect(groups.slice(0, 2).map((group) => numberIn(child(group, 'Number of objects')))).toEqual([[1], [2]]);
    const found = groups.slice(2).map((group) => ({
      id: textOf(child(group, 'Tracking Identifier'), 0x0040a160),
      uid: textOf(child(group, 'Tracking Unique Identifier'), 0x0040a124),
      finding: textOf(itemsOf(child(group, 'Finding'), 0x0040a168)[0], 0x00080104),
      measures: ['Area', 'Diameter', 'Probability'].flatMap((name) => numberIn(child(group, name))),
    }));
    expect(found).toEqual([
      { id: `${UUID}a`, uid: '2.25.10', finding: 'sclerotic', measures: [10, 3.5, 0.75] },
      { id: `${UUID}b`, uid: '2.25.11', finding: 'normal', measures: [0.25, 0.5, 1] },
      { id: `${UUID}c`, uid: '2.25.12', finding: 'sclerotic', measures: [1, 1, 0.5] },
    ]);
    expect(['Area', 'Diameter', 'Probability'].map((name) => unitOf(child(groups[2], name)))).toEqual([
      'um2',
      'um',
      '1',
    ]);
    expect(textOf(child(groups[2], 'Algorithm Parameters'), 0x0040a160)).toBe('SHA-256 00');
  });

  it('has closed outlines in the slide’s frame of reference, turned as the slide is', async () => {
    const { groups } = await reported();
    for (const [i, object] of objects.entries()) {
      const region = child(groups[2 + i], 'Image Region');
      const points = numbersOf(region, 0x00700022);
      const wanted = millimetres(object);
      const closed = [...wanted, ...wanted.slice(0, 1)].flatMap(([x, y]) => [x, y, 0]);
      expect(points.map((value) => value.toFixed(5))).toEqual(closed.map((value) => value.toFixed(5)));
      expect([textOf(region, 0x00700023), textOf(region, 0x30060024)]).toEqual(['POLYGON', '1.2.3.98']);
    }
  });

  it('is refused by name for a label that no class has', async () => {
    const path = join(await folderOf({}), 'sr.dcm');
    await expect(writeReport(path, objects, [3], seriesOf(await sourceOf()))).rejects.toThrow(/no class has label 2/);
  });
});

describe('annotations in bulk', () => {
  it('have a group for each class that has objects', async () => {
    const path = join(await folderOf({}), 'ann.dcm');
    await writeAnnotations(path, objects, seriesOf(await sourceOf(), ['normal', 'sclerotic', 'none of these']));
    const set = await attributesOf(path, {
      7340160: 'value',
      6946817: 'value',
      6946818: {
        6946821: 'value',
        6946828: 'value',
        6684694: 'place',
        6684736: 'place',
        6684961: { 6684978: { 6684965: 'place' } },
      },
    });
    expect([textOf(set, 0x006a0001), textOf(set, 0x00700080)]).toEqual(['3D', 'ANNOTATIONS']);
    const groups = itemsOf(set, 0x006a0002);
    expect(groups.map((one) => [textOf(one, 0x006a0005), numberOf(one, 0x006a000c)])).toEqual([
      ['normal', 1],
      ['sclerotic', 2],
    ]);
    const viewOf = async (one: DataSet | undefined, tag: number): Promise<DataView> => {
      const place = placeOf(one, tag);
      return new DataView((await bytesAt(path, place?.offset ?? 0, place?.length ?? 0)).slice().buffer);
    };
    const [points, starts] = [await viewOf(groups[1], 0x00660016), await viewOf(groups[1], 0x00660040)];
    expect([starts.getUint32(0, true), starts.getUint32(4, true), starts.byteLength]).toEqual([1, 7, 8]);
    const wanted = objects
      .filter(({ label }) => label === 2)
      .flatMap(millimetres)
      .flat();
    const found = Array.from({ length: points.byteLength / 4 }, (_, i) => points.getFloat32(4 * i, true).toFixed(5));
    expect(found).toEqual(wanted.map((value) => value.toFixed(5)));
    const [areas] = itemsOf(groups[1], 0x00660121);
    const values = await viewOf(itemsOf(areas, 0x00660132)[0], 0x00660125);
    expect([values.getFloat32(0, true), values.getFloat32(4, true)]).toEqual([10, 1]);
  });
});

const has = (program: string): boolean => spawnSync(program, ['-version']).error === undefined;
const complaintsOf = (program: string, path: string): string[] => {
  const { stdout, stderr } = spawnSync(program, [path], { encoding: 'latin1' });
  return `${stdout}${stderr}`.split('\n').filter((line) => /^(W|E|F): |^Error/.test(line));
};

it.skipIf(!has('dciodvfy') || !has('dsrdump'))(
  'results are valid to others (needs dcmtk, and dciodvfy of dicom3tools)',
  async () => {
    const folder = await folderOf({});
    const series = seriesOf(await sourceOf(), ['normal', 'sclerotic']);
    const [seg, sr, ann] = ['seg', 'sr', 'ann'].map((name) => join(folder, `${name}.dcm`)) as [string, string, string];
    await writeSegmentation(seg, maskOf(45, 31, [[3, 4, 5, 6, 2]]), series);
    await writeReport(sr, objects, [1, 2], series);
    await writeAnnotations(ann, objects, series);
    for (const path of [seg, sr, ann]) {
      expect(complaintsOf('dciodvfy', path)).toEqual([]);
      expect(complaintsOf('dcmdump', path)).toEqual([]);
    }
    expect(complaintsOf('dsrdump', sr)).toEqual([]);
    expect(execFileSync('dsrdump', [sr], { encoding: 'utf8' })).toContain('Imaging Measurement Report');
  },
);
