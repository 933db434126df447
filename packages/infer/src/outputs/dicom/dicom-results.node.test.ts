/** The DICOM outputs of a prediction. What is in such files is tested where they are written, in `slide`; and by packages/slide/corpus/dicom_results.py. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectsOf, RunMaskBuilder } from '@ftuseg/core';
import { openSlide, type SlideRow, writeDicom, writePng } from '@ftuseg/slide';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paint, pixelModel } from '../../../tests/fakes.js';
import { bright } from '../../../tests/small-table.js';
import { predictTable } from '../../predict/predict-table.node.js';
import { usualOutputs } from '../output-names.js';
import { resultClasses } from './class-concepts.node.js';
import { type OutlineLosses, resultObjects } from './result-objects.node.js';

let folder: string;
let out: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-results-'));
  out = join(folder, 'predictions');
});
afterEach(() => rm(folder, { recursive: true }));

/** A disc of radius 30 with or without a hole, in 120 x 90 pixels of half a micrometre. */
async function slideRow(id = 'a', hole = 0, more: Partial<SlideRow> = {}): Promise<SlideRow> {
  const png = join(folder, `${id}.png`);
  const shade = (x: number, y: number): number => {
    const distance = Math.hypot(x - 60, y - 45);
    return distance < 30 && distance >= hole ? 250 : 10;
  };
  await writePng(png, paint(120, 90, shade));
  const slide = await openSlide(png);
  await writeDicom(join(folder, id), slide, { micronsPerPixel: 0.5, container: id, quality: 100 });
  await slide.close();
  const image = join(folder, id);
  return { id, image, columns: { id, image }, ...more };
}

const outputs = ['dicom-seg', 'dicom-sr', 'dicom-ann'] as const;
const options = (more: object = {}) => ({ out, all: true, outputs, ...more });
const written = (): Promise<string[]> => readdir(join(out, 'dicom')).then((names) => names.sort());

describe('the DICOM outputs', () => {
  it('are written where they are asked for, and go with the prediction', async () => {
    const row = await slideRow();
    const { slides } = await predictTable([row], [bright()], options());
    expect(await written()).toEqual(['a.ann.dcm', 'a.seg.dcm', 'a.sr.dcm']);
    expect(slides[0]?.files).toEqual(['dicom/a.seg.dcm', 'dicom/a.sr.dcm', 'dicom/a.ann.dcm']);
    expect(slides[0]?.notes).toContain('dicom-seg: 1 tile of 256 x 256 pixels; 0 empty ones are left out');
    const report = (await readFile(join(out, 'dicom/a.sr.dcm'))).toString('latin1');
    for (const said of ['renal glomerulus', 'Artificial Intelligence', 'um2', '0.1.0']) expect(report).toContain(said);
    await predictTable([row], [bright()], options({ outputs: ['mask'] }));
    expect(await written()).toEqual([]);
    expect(usualOutputs.some((name) => name.startsWith('dicom'))).toBe(false);
  });

  it('say what they lack: holes of outlines, annotations where there are none', async () => {
    const row = await slideRow('ring', 12);
    const ring = await predictTable([row], [bright()], options());
    const lacking = (output: string): string =>
      `${output}: the outlines of 1 object are without their holes; areas and dicom-seg are not`;
    expect(ring.slides[0]?.notes).toEqual(expect.arrayContaining([lacking('dicom-sr'), lacking('dicom-ann')]));
    const none = pixelModel(() => -10);
    const empty = await predictTable([row], [none], options({ overwrite: true }));
    expect(empty.slides[0]?.notes).toEqual(
      expect.arrayContaining([
        'dicom-ann: no file, since no object was found',
        'dicom-seg: one empty tile of 256 x 256 pixels, since no object was found; 0 others are left out',
      ]),
    );
    expect(await written()).toEqual(['ring.seg.dcm', 'ring.sr.dcm']);
  });

  it('are refused before the first tile for a slide that is no DICOM, or is taken for another scale', async () => {
    const asked: string[] = [];
    const model = pixelModel(() => {
      asked.push('tile');
      return 1;
    });
    const row = await slideRow();
    const png = { ...row, image: join(folder, 'a.png') };
    await expect(predictTable([png], [model], options())).rejects.toThrow(
      /dicom-seg belongs to a DICOM slide, and this is PNG; convert it first \(`ftu convert SLIDE FOLDER --format dicom`\)/,
    );
    const scaled = { ...row, micronsPerPixel: 0.25 };
    await expect(predictTable([scaled], [model], options({ overwrite: true }))).rejects.toThrow(
      /the prediction takes its pixels for 0\.25 x 0\.25 micrometres, its PixelSpacing says 0\.5 x 0\.5/,
    );
    expect(asked).toEqual([]);
    expect(existsSync(join(out, 'dicom/a.seg.dcm'))).toBe(false);
  });
});

describe('coded classes', () => {
  it.each([
    ['glomerulus', 'renal glomerulus', undefined, 'Anatomical Structure'],
    ['sclerotic', 'renal glomerulus', 'Sclerotic', 'Morphologically Abnormal Structure'],
    ['normal', 'renal glomerulus', 'Normal', 'Anatomical Structure'],
    ['non-sclerotic glomerulus', 'renal glomerulus', 'Normal', 'Anatomical Structure'],
    ['arteriole', 'arteriole', undefined, 'Anatomical Structure'],
  ])('%s', (name, type, modifier, category) => {
    const [one] = resultClasses([name]);
    expect([one?.type.meaning, one?.modifier?.meaning, one?.category.meaning]).toEqual([type, modifier, category]);
  });

  it('are told apart where a public code would make one of them', () => {
    const classes = resultClasses(['small glomerulus', 'large glomerulus', 'sclerotic']);
    expect(classes.map(({ type }) => type.value)).toEqual(['small glomerulus', 'large glomerulus', 'UBERON:0000074']);
  });
});

describe('outlines', () => {
  /** Two squares that meet at a corner, the second larger. */
  function meeting() {
    const builder = new RunMaskBuilder(40, 40);
    for (let x = 0; x < 30; x++) builder.push(x, x < 10 ? 0 : 10, x < 10 ? 10 : 30);
    const mask = builder.finish();
    const shape = { area: 500, perimeter: 1, equivalentDiameter: 25, circularity: 1, centroid: { x: 0, y: 0 } };
    const object = { name: 'glomerulus', label: 1, box: { x: 0, y: 0, width: 30, height: 30 }, pixels: shape };
    const measured = [{ ...object, microns: shape, probability: 0.9, calibrated: undefined, agreement: undefined }];
    return { mask, found: objectsOf(mask), measured, ids: ['x'], simplify: undefined };
  }

  it('are those of the largest part, and what they lack is counted', () => {
    const losses: OutlineLosses = { holes: 0, parts: 0, coarser: 0 };
    const [object] = [...resultObjects(meeting(), 100, losses)];
    expect(object).toMatchObject({ id: 'x', label: 1, area: 500, diameter: 25, probability: 0.9 });
    expect([...(object?.outline ?? [])].sort((a, b) => a - b)).toEqual([10, 10, 10, 10, 30, 30, 30, 30]);
    expect(losses).toEqual({ holes: 0, parts: 1, coarser: 0 });
  });

  it('that have too many corners are made coarser, or refused', () => {
    const builder = new RunMaskBuilder(200, 100);
    for (let x = 0; x < 200; x++) builder.push(x, 20 + (x % 2), 80);
    const mask = builder.finish();
    const what = { ...meeting(), mask, found: objectsOf(mask) };
    const losses: OutlineLosses = { holes: 0, parts: 0, coarser: 0 };
    const [object] = [...resultObjects(what, 20, losses)];
    expect(object?.outline.length).toBeLessThanOrEqual(40);
    expect(losses.coarser).toBe(1);
    expect(() => [...resultObjects(what, 2, losses)]).toThrow(/corners does not fit into a report/);
  });
});
