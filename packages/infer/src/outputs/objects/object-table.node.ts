/**
 * A line of CSV for each object, for pandas, R and spreadsheets. A slide's lines are a file of their own, which is there when the slide is
 * finished; the table of a folder is these one after the other, so that neither needs more memory than one slide's objects.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { csvLines, ioError, writeAtomically } from '@ftuseg/files';
import { objectTableFile } from '../output-names.js';
import { type MeasuredObject, rounded } from './object-measures.js';

type Cell = string | number;

/** Names and values, in the order of the columns. Empty where the scale is unknown, the card does not say, or there is a single model. */
function cellsOf(slide: string, id: string, object: MeasuredObject): [string, Cell][] {
  const { name, box, pixels, microns, probability, calibrated, agreement } = object;
  const number = (value: number | undefined): Cell => (value === undefined ? '' : rounded(value));
  return [
    ['slide', slide],
    ['object', id],
    ['class', name],
    ['area_um2', number(microns?.area)],
    ['area_px', pixels.area],
    ['perimeter_um', number(microns?.perimeter)],
    ['perimeter_px', number(pixels.perimeter)],
    ['equivalent_diameter_um', number(microns?.equivalentDiameter)],
    ['equivalent_diameter_px', number(pixels.equivalentDiameter)],
    ['circularity', number((microns ?? pixels).circularity)],
    ['circularity_unit', microns === undefined ? 'px' : 'um'],
    ['centroid_x_um', number(microns?.centroid.x)],
    ['centroid_y_um', number(microns?.centroid.y)],
    ['centroid_x_px', number(pixels.centroid.x)],
    ['centroid_y_px', number(pixels.centroid.y)],
    ['box_x_px', box.x],
    ['box_y_px', box.y],
    ['box_width_px', box.width],
    ['box_height_px', box.height],
    ['mean_probability', number(probability)],
    ['calibrated_probability', number(calibrated)],
    ['model_agreement', number(agreement)],
  ];
}

const nothing: MeasuredObject = {
  name: '',
  label: 0,
  box: { x: 0, y: 0, width: 0, height: 0 },
  pixels: { area: 0, perimeter: 0, equivalentDiameter: 0, circularity: 0, centroid: { x: 0, y: 0 } },
  microns: undefined,
  probability: 0,
  calibrated: undefined,
  agreement: undefined,
};

/** Of the table, in order. */
export const objectColumns: readonly string[] = cellsOf('', '', nothing).map(([name]) => name);

/** Objects whose lines are written together. */
const TOGETHER = 512;

/**
 * Writes the lines of a slide under a header line.
 * @param ids of the objects, in order
 * @throws {FtuError} `io`
 */
export async function writeObjectTable(
  path: string,
  slide: string,
  objects: readonly MeasuredObject[],
  ids: readonly string[],
): Promise<void> {
  await writeAtomically(path, async (file) => {
    await file.writeFile(csvLines([objectColumns]));
    for (let first = 0; first < objects.length; first += TOGETHER) {
      const lines = objects
        .slice(first, first + TOGETHER)
        .map((object, i) => cellsOf(slide, ids[first + i] ?? '', object).map(([, cell]) => cell));
      await file.writeFile(csvLines(lines));
    }
  });
}

const NEWLINE = 10;

/**
 * Joins the tables of slides to the folder's.
 * @param names of these, relative to the folder
 * @throws {FtuError} `io`
 */
export async function joinObjectTables(out: string, names: readonly string[]): Promise<void> {
  await writeAtomically(join(out, objectTableFile), async (file) => {
    await file.writeFile(csvLines([objectColumns]));
    for (const name of names) {
      const path = join(out, name);
      try {
        let header = true;
        for await (const chunk of createReadStream(path)) {
          const bytes: Uint8Array = chunk;
          const end = header ? bytes.indexOf(NEWLINE) : -1;
          if (header && end < 0) continue;
          header = false;
          await file.writeFile(bytes.subarray(end + 1));
        }
      } catch (cause) {
        throw ioError(cause, path, 'be read');
      }
    }
  });
}
