/** Labels that go into an OME-Zarr beside the picture: a label image, drawn objects, or a prediction, as numbers of classes. */
import { stat } from 'node:fs/promises';
import { paintRuns, type Raster, unionRuns } from '@ftuseg/core';
import { defaultClasses, openPredictions, predictedClasses } from '@ftuseg/infer';
import {
  type ClassMap,
  type ClassTable,
  formatTruths,
  isDicomSegmentation,
  openTruth,
  parseClasses,
  type SlideRow,
  type ZarrLabels,
} from '@ftuseg/slide';

/** Of pixels of which the labels say that nothing is known. */
const UNKNOWN = 255;

type LabelledSlide = Pick<SlideRow, 'id' | 'image' | 'annotationOrigin'>;
interface Size {
  readonly width: number;
  readonly height: number;
}

export interface OpenLabels {
  readonly labels: ZarrLabels;
  /** What was taken and what was left out, and what is assumed. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** A pixel has one number: where classes overlap the later one in their list is kept, as in exported tiles. */
function numbersOf({ member, unknown }: ClassTable, count: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, value) => {
    if (unknown?.[value] === 1) return UNKNOWN;
    return 1 + member.subarray(value * count, (value + 1) * count).lastIndexOf(1);
  });
}

/** Says which classes lose pixels to a later one. */
function overlapNotes({ member }: ClassTable, names: readonly string[]): string[] {
  const sets = Array.from({ length: 256 }, (_, value) =>
    names.filter((__, c) => member[value * names.length + c] === 1),
  );
  const overlaps = new Set(sets.filter(({ length }) => length > 1).map((some) => some.join(' and ')));
  return [...overlaps].map(
    (some) => `pixels of ${some} get the number of the last of these: an OME-Zarr has one number for each pixel`,
  );
}

const named = ({ names }: ClassMap): { value: number; name: string }[] =>
  names.map((name, c) => ({ value: c + 1, name }));

/** A finished prediction, or a folder of other programs' masks, as `ftu evaluate` reads it. */
async function predicted(
  folder: string,
  slide: LabelledSlide,
  size: Size,
  text: string | undefined,
): Promise<OpenLabels> {
  const names = text === undefined ? await predictedClasses(folder, slide.id) : undefined;
  const map = names === undefined ? parseClasses(text) : defaultClasses(names);
  const notes: string[] = [];
  const predictions = await openPredictions(folder, map, (sentence) => notes.push(sentence));
  const masks = await predictions.read(slide, size);
  const mask = unionRuns(masks.map((one, c) => ({ ...one, labels: one.labels.map(() => c + 1) })));
  const drawn = formatTruths(predictions.drawn, map);
  return {
    labels: {
      name: 'classes',
      classes: named(map),
      read: async (top, rows) => paintRuns(mask, { x: 0, y: top, width: size.width, height: rows }),
    },
    notes: [...notes, ...drawn],
    close: async () => undefined,
  };
}

/**
 * @param path of a label image (PNG, TIFF, DICOM segmentation), drawn objects, or a folder of predictions
 * @param size of the slide, pixels
 * @param classes as in a slide table; undefined: those of the prediction, else one class
 * @throws SlideError as `openTruth`; FtuError as `openPredictions`
 */
export async function openLabels(
  path: string,
  slide: LabelledSlide,
  size: Size,
  classes: string | undefined,
): Promise<OpenLabels> {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (isFolder) return predicted(path, slide, size, classes);
  const map = parseClasses(classes);
  const isImage = /\.(png|tiff?)$/i.test(path) || (await isDicomSegmentation(path));
  const source = isImage ? { mask: path } : { annotations: path };
  const truth = await openTruth({ ...slide, ...source, columns: {} }, size, map);
  const numbers = numbersOf(truth.table, map.names.length);
  const isKnown = truth.table.unknown === undefined;
  const report = truth.report === undefined ? [] : formatTruths([{ id: slide.id, ...truth.report }], map);
  return {
    labels: {
      name: 'classes',
      classes: isKnown ? named(map) : [...named(map), { value: UNKNOWN, name: 'unknown' }],
      read: async (top, rows) => numbered(await truth.read(top, rows), numbers, truth.table),
    },
    notes: [...report, ...overlapNotes(truth.table, map.names)],
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
