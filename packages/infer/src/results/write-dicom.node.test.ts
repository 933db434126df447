/** DICOM of a finished prediction: the same as if it had been asked for at once, and only of the slides that were predicted. */
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSlide, openTruth, type SlideRow, writeDicom, writePng } from '@ftuseg/slide';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paint } from '../../tests/fakes.js';
import { bright } from '../../tests/small-table.js';
import { dicomOutputs, usualOutputs } from '../outputs/output-names.js';
import { predictTable } from '../predict/predict-table.node.js';
import { writeDicomResults } from './write-dicom.node.js';

let folder: string;
let predictions: string;
let out: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-later-'));
  [predictions, out] = [join(folder, 'predictions'), join(folder, 'archive')];
});
afterEach(() => rm(folder, { recursive: true }));

const [width, height] = [120, 90];

/** Two discs, one with a hole. @param microns per pixel */
async function slideRow(microns = 0.5, name = 'glass'): Promise<SlideRow> {
  const png = join(folder, `${name}.png`);
  const shade = (x: number, y: number): number => {
    const ring = Math.hypot(x - 40, y - 45);
    return (ring < 28 && ring >= 10) || Math.hypot(x - 95, y - 30) < 15 ? 250 : 10;
  };
  await writePng(png, paint(width, height, shade));
  const slide = await openSlide(png);
  await writeDicom(join(folder, name), slide, { micronsPerPixel: microns, container: name, quality: 100 });
  await slide.close();
  const image = join(folder, name);
  return { id: 'a', image, columns: { id: 'a', image } };
}

const predict = (row: SlideRow, outputs: Parameters<typeof predictTable>[2]['outputs']) =>
  predictTable([row], [bright()], { out: predictions, all: true, outputs });
const labelsOf = async (row: SlideRow, labels: { mask: string } | { annotations: string }): Promise<Uint8Array> => {
  const truth = await openTruth({ ...row, ...labels }, { width, height });
  return Uint8Array.from((await truth.read(0, height)).data);
};
const later = (more: object = {}) => writeDicomResults({ predictions, out, outputs: dicomOutputs, ...more });

describe('DICOM of a finished prediction', () => {
  it('is what the prediction would have written', async () => {
    const row = await slideRow();
    await predict(row, [...usualOutputs, ...dicomOutputs]);
    const [result] = await later();
    expect(result?.files).toEqual(['dicom/a.seg.dcm', 'dicom/a.sr.dcm', 'dicom/a.ann.dcm']);
    expect(result?.notes).toContain(
      'dicom-sr: the outlines of 1 object are without their holes; areas and dicom-seg are not',
    );
    for (const [name, column] of [
      ['a.seg.dcm', 'mask'],
      ['a.sr.dcm', 'annotations'],
      ['a.ann.dcm', 'annotations'],
    ] as const) {
      const [before, after] = [join(predictions, 'dicom', name), join(out, 'dicom', name)];
      const of = (path: string) => labelsOf(row, column === 'mask' ? { mask: path } : { annotations: path });
      expect(await of(after)).toEqual(await of(before));
      expect((await of(after)).some((value) => value > 0)).toBe(true);
      // Everything but unique identifiers and times: measures, probabilities, models, codes.
      const said = async (path: string): Promise<string[]> =>
        (await readFile(path, 'latin1')).match(/[ -~]{5,}/g)?.filter((text) => !/2\.25\.|^\d{6,8}/.test(text)) ?? [];
      expect(await said(after)).toEqual(await said(before));
    }
  });

  it('is refused beside files that are there, of another slide, without objects, and of what is not finished', async () => {
    const row = await slideRow();
    await predict(row, ['mask']);
    await expect(later()).rejects.toThrow(/the table of its objects is missing.*dicom-seg alone/);
    expect(await later({ outputs: ['dicom-seg'], overwrite: true })).toHaveLength(1);
    await expect(later({ outputs: ['dicom-seg'] })).rejects.toThrow(/there is a file already/);
    const other = await slideRow(0.25, 'other');
    const images = new Map([['a', other.image]]);
    await expect(later({ images, overwrite: true })).rejects.toThrow(
      /was predicted at 0\.5\d* µm per pixel, and says 0\.25/,
    );
    await rm(join(predictions, 'predictions.json'));
    await expect(later({ overwrite: true })).rejects.toThrow(/there is no finished prediction/);
    expect(await readdir(join(out, 'dicom'))).toEqual(['a.seg.dcm']);
  });

  it('refuses a table of other objects', async () => {
    const row = await slideRow();
    await predict(row, ['objects']);
    const table = join(predictions, 'objects', 'a.csv');
    await copyFile(table, join(folder, 'kept.csv'));
    const lines = (await readFile(table, 'utf8')).trimEnd().split('\n');
    await writeFile(table, `${lines.slice(0, -1).join('\n')}\n`);
    await expect(later()).rejects.toThrow(/its 1 lines are not of the 2 objects of the mask/);
  });
});
