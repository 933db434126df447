/** Labels that go into an OME-Zarr beside the picture: a label image, or drawn objects, as numbers of classes. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Raster } from '@ftuseg/core';
import {
  formatTruths,
  isDicomSegmentation,
  openTruth,
  parseClasses,
  type SlideRow,
  type ZarrLabels,
} from '@ftuseg/slide';

/** Of pixels of which the labels say that nothing is known. */
const UNKNOWN = 255;

/** Label images are PNG, TIFF and DICOM segmentations; anything else holds drawn objects. A folder is one that `ftu predict` wrote. */
async function truthOf(path: string, id: string): Promise<Pick<SlideRow, 'mask'> | Pick<SlideRow, 'annotations'>> {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (isFolder) return { mask: join(path, 'masks', `${id}.tif`) };
  const isImage = /\.(png|tiff?)$/i.test(path) || (await isDicomSegmentation(path));
  return isImage ? { mask: path } : { annotations: path };
}

export interface OpenLabels {
  readonly labels: ZarrLabels;
  /** What was taken of drawn objects and what was left out. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/**
 * @param size of the slide, pixels
 * @param classes as in a slide table; undefined: one class
 * @throws SlideError as `openTruth`
 */
export async function openLabels(
  path: string,
  slide: Pick<SlideRow, 'id' | 'image'>,
  size: { readonly width: number; readonly height: number },
  classes: string | undefined,
): Promise<OpenLabels> {
  const map = parseClasses(classes);
  const truth = await openTruth({ ...slide, ...(await truthOf(path, slide.id)), columns: {} }, size, map);
  const { member, unknown } = truth.table;
  const count = map.names.length;
  const numbers = Uint8Array.from({ length: 256 }, (_, value) => {
    if (unknown?.[value] === 1) return UNKNOWN;
    return 1 + map.names.findIndex((__, c) => member[value * count + c] === 1);
  });
  const named = map.names.map((name, c) => ({ value: c + 1, name }));
  return {
    labels: {
      name: 'classes',
      classes: unknown === undefined ? named : [...named, { value: UNKNOWN, name: 'unknown' }],
      read: async (top, rows) => numbered(await truth.read(top, rows), numbers, truth.table),
    },
    notes: truth.report === undefined ? [] : formatTruths([{ id: slide.id, ...truth.report }], map),
    close: () => truth.close(),
  };
}

/** @throws SlideError `bad-input` for a label value that an explicit map does not name */
function numbered(band: Raster, numbers: Uint8Array, table: { check(present: Uint8Array): void }): Raster {
  const present = new Uint8Array(256);
  const data = band.data.map((value) => {
    present[value] = 1;
    return numbers[value] as number;
  });
  table.check(present);
  return { ...band, data };
}
