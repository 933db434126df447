import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTruth } from '../truth/read-truth.js';
import { writePng } from '../write-image.node.js';
import { applyClasses, applyTable, classTable, joinedValues, parseClasses, showClasses } from './classes.js';

describe('parseClasses', () => {
  it('knows the usual pair of a kidney by its name', () => {
    expect(parseClasses('kidney')).toEqual(parseClasses('normal=1;sclerotic=2'));
    expect(showClasses(parseClasses(' kidney '))).toBe('normal=1;sclerotic=2');
    // A class of that name has values.
    expect(parseClasses('kidney=1').names).toEqual(['kidney']);
  });

  it('reads names with their values', () => {
    expect(parseClasses(undefined)).toEqual({ names: ['glomerulus'], values: undefined });
    expect(parseClasses('tubule')).toEqual({ names: ['tubule'], values: undefined });
    expect(parseClasses('glomerulus=1,2')).toEqual({ names: ['glomerulus'], values: [[1, 2]] });
    expect(parseClasses(' normal = 1 ; sclerotic=2, 3')).toEqual({
      names: ['normal', 'sclerotic'],
      values: [[1], [2, 3]],
    });
  });

  it.each([
    '',
    '=1',
    'a=',
    'a=0',
    'a=256',
    'a=1.5',
    'a=-1',
    'a=1;b',
    'a=x*y',
    'a="x',
    'ignore',
    'a=1=2',
    'a=1;a=2',
    'a=1;',
  ])('refuses %j', (text) => {
    expect(() => parseClasses(text)).toThrow('examples: glomerulus=1,2');
  });
});

describe('what was most likely meant otherwise', () => {
  it.each([
    ['glomerulus=1-2', '"1-2" is neither a label value nor a name; did you mean 1,2?'],
    ['glomerulus=1-3', 'did you mean 1,2,3?'],
    ['glomerulus=1|2', 'did you mean 1,2?'],
    ['glomerulus=1 2', 'did you mean 1,2?'],
    ['glomerulus=[1,2]', '"[1" is neither a label value nor a name; did you mean 1?'],
    ['glomerulus:1,2', '"glomerulus:1,2" is not the name of one class'],
    ['glomerulus:Glom', '"glomerulus:Glom" is not the name of one class'],
    ['normal,sclerotic', 'classes are parted by ";"'],
    ['1=glomerulus', 'did you mean "glomerulus=1"?'],
    ['1,2', 'did you mean "glomerulus=1,2"?'],
    ['glomerulus=1,2;Ignore=7', '"Ignore" would be a class; did you mean "ignore"?'],
    ['glomerulus=1,2;ignored=7', 'did you mean "ignore"?'],
    ['glomerulus=1;ingore=7', 'did you mean "ignore"?'],
    ['glomerulus=1;BACKGROUND=7', 'did you mean "background"?'],
  ])('%s is refused', (text, problem) => {
    expect(() => parseClasses(text)).toThrow(problem);
  });

  it.each([
    'C3 glomerulus=1,C3',
    'grade 2',
    'non-sclerotic=1,Non-sclerotic',
    'Glomérule=1,"1-2"',
    'größer=1,2',
    'a=IgA-2,10x*,*2*,_2',
    'Glomerulus: Sclerotic=2',
    '"Glomerulus: Sclerotic"',
    '"1"=glomerulus',
    'a=1;"Ignored"=7',
    'a=1;"b;c=d"=2',
    'cortex=1;medulla=2;artery=3;score=4;backbone=5',
    'glomerulus=1;unannotated=2;ignite=3;Annotation=4',
  ])('%s is taken, and survives being shown', (text) => {
    const map = parseClasses(text);
    expect(parseClasses(showClasses(map))).toEqual(map);
  });
});

describe('names in a class map', () => {
  it('stand beside values, in quotation marks where they have signs of their own', () => {
    const map = parseClasses('normal=1,Glomerulus,Glom*;sclerotic=2,"Glomerulus: Sclerotic","a;b=c,d"');
    expect(map).toEqual({
      names: ['normal', 'sclerotic'],
      values: [[1], [2]],
      objects: [
        [
          { kind: 'exact', text: 'Glomerulus' },
          { kind: 'starts', text: 'Glom' },
        ],
        [
          { kind: 'exact', text: 'Glomerulus: Sclerotic' },
          { kind: 'exact', text: 'a;b=c,d' },
        ],
      ],
    });
    expect(parseClasses(showClasses(map))).toEqual(map);
  });

  it('know areas, which are no classes', () => {
    const map = parseClasses('annotated=ROI,"Region*";ignore=Ignore*,255;background=unclassified');
    expect(map.names).toEqual(['glomerulus']);
    expect(map.values).toBeUndefined();
    expect(map.areas).toEqual({
      annotated: {
        values: [],
        objects: [
          { kind: 'exact', text: 'ROI' },
          { kind: 'exact', text: 'Region*' },
        ],
      },
      ignore: { values: [255], objects: [{ kind: 'starts', text: 'Ignore' }] },
      background: { values: [], objects: [{ kind: 'unclassified' }] },
    });
    expect(parseClasses(showClasses(map))).toEqual(map);
  });

  it('survive being shown', () => {
    const text = fc.string({ minLength: 1, maxLength: 8 }).filter((one) => !one.includes('"'));
    const list = fc.array(
      fc.oneof(
        text.map((one) => `"${one}"`),
        fc.integer({ min: 1, max: 255 }).map(String),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(fc.array(list, { minLength: 1, maxLength: 4 }), (lists) => {
        const map = parseClasses(lists.map((items, c) => `c${c}=${items.join()}`).join(';'));
        expect(parseClasses(showClasses(map))).toEqual(map);
      }),
    );
  });
});

describe('label values of areas', () => {
  it('leave what they mark out of the classes, and say that nothing is known there', () => {
    const labels = raster(4, 1, 1, Uint8Array.of(0, 1, 2, 255));
    const ignored = classTable(parseClasses('glomerulus=1,2;ignore=255'), 'm');
    expect(applyTable(labels, ignored, 1)).toEqual(raster(4, 1, 2, Uint8Array.of(0, 0, 1, 0, 1, 0, 0, 1)));
    const annotated = classTable(parseClasses('glomerulus=1;annotated=2;background=255'), 'm');
    expect(applyTable(labels, annotated, 1)).toEqual(raster(4, 1, 2, Uint8Array.of(0, 1, 1, 0, 0, 0, 0, 0)));
  });
});

describe('joinedValues', () => {
  it('names values of which a map of names says nothing', () => {
    const present = new Uint8Array(256);
    for (const value of [0, 1, 2, 7]) present[value] = 1;
    const said = (text: string | undefined) => joinedValues(parseClasses(text), present);
    expect(said('glomerulus=Glomerulus,Glom')).toBe(
      'label values 1, 2, 7 all count as glomerulus, because the class map names none of them; if that is right, name them: glomerulus=1,2,7',
    );
    expect(said('glomerulus=Glom;ignore=7')).toMatch(/values 1, 2 all/);
    for (const plain of [undefined, 'glomerulus', 'glomerulus=1,2,7,Glom']) expect(said(plain)).toBeUndefined();
    present.fill(1, 2, 12);
    expect(said('glomerulus=Glom')).toBeUndefined();
    present.fill(0, 2);
    expect(said('glomerulus=Glom')).toBeUndefined();
  });
});

describe('applyClasses', () => {
  const labels = raster(4, 1, 1, Uint8Array.of(0, 1, 2, 255));

  it('gives one channel per class', () => {
    expect(applyClasses(labels, parseClasses(undefined), 'm').data).toEqual(Uint8Array.of(0, 1, 1, 1));
    expect(applyClasses(labels, parseClasses('a=1;b=2,255'), 'm')).toEqual(
      raster(4, 1, 2, Uint8Array.of(0, 0, 1, 0, 0, 1, 0, 1)),
    );
    expect(applyClasses(labels, parseClasses('any=1,2,255;b=2'), 'm').data).toEqual(
      Uint8Array.of(0, 0, 1, 0, 1, 1, 1, 0),
    );
  });

  it('refuses labels that nobody explained', () => {
    expect(() => applyClasses(labels, parseClasses('a=1;b=2'), 'm.png')).toThrow(
      'm.png: unknown label 255; the class map is a=1;b=2; name every label value in the class map',
    );
    expect(() => applyClasses(labels, parseClasses('a=9'), 'm.png')).toThrow('unknown labels 1, 2, 255');
  });
});

describe('readTruth', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-truth-'));
    await writePng(join(folder, 'm.png'), raster(3, 1, 1, Uint8Array.of(0, 2, 1)));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const row = { id: 'a', image: '/a.png', columns: {} };

  it('takes the one that is filled, and refuses two', async () => {
    const mask = join(folder, 'm.png');
    expect((await readTruth({ ...row, mask, rle: '' }, { width: 3, height: 1 })).data).toEqual(Uint8Array.of(0, 2, 1));
    await expect(readTruth({ ...row, mask, rle: '1 3' }, { width: 3, height: 1 })).rejects.toThrow(
      'slide a: it has its labels twice, as mask and rle; keep one of these columns in its row',
    );
    expect((await readTruth({ ...row, rle: '2 1' }, { width: 3, height: 1 })).data).toEqual(Uint8Array.of(0, 1, 0));
    expect((await readTruth({ ...row, rle: '' }, { width: 3, height: 1 })).data).toEqual(new Uint8Array(3));
  });

  it('refuses another size, a code past the end, and no truth at all', async () => {
    const mask = join(folder, 'm.png');
    await expect(readTruth({ ...row, mask }, { width: 30, height: 40 })).rejects.toThrow(
      'm.png: the mask is 3 x 1, the image is 30 x 40; check the row "a" of the slide table',
    );
    await expect(readTruth({ ...row, rle: '3 2' }, { width: 3, height: 1 })).rejects.toThrow(
      'run-length code of slide a: run 1 ("3 2") ends past the last of 3 pixels (3 x 1)',
    );
    await expect(readTruth(row, { width: 3, height: 1 })).rejects.toThrow('a: the slide has no truth');
  });
});
