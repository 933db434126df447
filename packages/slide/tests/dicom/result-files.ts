/** DICOM results as tests look at them: through the reader of slides, which knows nothing of how they were written. */
import { type RunMask, RunMaskBuilder } from '@ftuseg/core';
import type { DataSet, Wanted } from '../../src/formats/dicom/structure/data-set.js';
import { readAttributes } from '../../src/formats/dicom/structure/read-file.js';
import { type DicomSource, type ResultSeries, readDicomSource } from '../../src/index.js';
import { openFileSource } from '../../src/source/file-source.node.js';
import { folderOf, slideFile } from './dicom-folder.js';
import type { SlideFile } from './slide-builder.mjs';

/** What all slides have, and the builder of tests leaves out. */
export const PLACE = {
  4718600: [
    'SQ',
    [
      [
        [0x0040072a, 'DS', '20.5'],
        [0x0040073a, 'DS', '40'],
      ],
    ],
  ],
  4718850: ['DS', '0\\-1\\0\\-1\\0\\0'],
  4195602: ['LO', 'glass 1'],
  4195608: ['SQ', []],
  4195680: [
    'SQ',
    [
      [
        [0x00400551, 'LO', 'block 1'],
        [0x00400554, 'UI', '1.2.3.6'],
      ],
    ],
  ],
} as const;

/** A folder with the slide of tests: 45 x 31 pixels of half a micrometre. */
export const sourceFolder = (changes: SlideFile['changes'] = {}, more: Partial<SlideFile> = {}): Promise<string> =>
  folderOf({ 'a.dcm': slideFile({ ...more, changes: { ...PLACE, ...changes } }) });

export const sourceOf = async (
  changes: SlideFile['changes'] = {},
  more: Partial<SlideFile> = {},
): Promise<DicomSource> => readDicomSource(await sourceFolder(changes, more));

const code = (value: string) => ({ value, scheme: '99TEST', meaning: value });

export const seriesOf = (source: DicomSource, names: readonly string[] = ['glomerulus']): ResultSeries => ({
  source,
  classes: names.map((name) => ({
    name,
    category: code('structure'),
    type: code(name),
    modifier: code('large'),
    colour: [255, 0, 0],
  })),
  algorithm: { name: 'net', version: '1.2', parameters: 'SHA-256 00' },
});

/** A mask of rectangles. */
export function maskOf(
  width: number,
  height: number,
  rectangles: readonly (readonly [x: number, y: number, width: number, height: number, label: number])[],
): RunMask {
  const builder = new RunMaskBuilder(width, height);
  for (let x = 0; x < width; x++) {
    const here = rectangles.filter(([left, , across]) => x >= left && x < left + across);
    for (const [, top, , down, label] of here.sort((a, b) => a[1] - b[1])) builder.push(x, top, top + down, label);
  }
  return builder.finish();
}

/** Attributes of a file. */
export async function attributesOf(path: string, wanted: Wanted): Promise<DataSet> {
  const source = await openFileSource(path);
  try {
    return await readAttributes(source, wanted);
  } finally {
    await source.close();
  }
}

/** What a place holds. */
export async function bytesAt(path: string, offset: number, length: number): Promise<Uint8Array> {
  const source = await openFileSource(path);
  try {
    return await source.read(offset, length);
  } finally {
    await source.close();
  }
}
