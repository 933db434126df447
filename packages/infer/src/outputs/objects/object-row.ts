/** An object as a line of `objects.csv`, the same in Node and in a page. */
import { csvLines } from '@ftuseg/core';
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

/** Of one object, in the order of the columns. */
const objectCells = (slide: string, id: string, object: MeasuredObject): readonly Cell[] =>
  cellsOf(slide, id, object).map(([, cell]) => cell);

/** Objects whose lines make one piece of text. */
const TOGETHER = 512;

/**
 * The table of a slide: a header line, and a line for each object.
 * @param ids of the objects, in order
 * @returns pieces of text, to be written one after the other
 */
export function* objectTableText(
  slide: string,
  objects: readonly MeasuredObject[],
  ids: readonly string[],
): Generator<string, void, undefined> {
  yield csvLines([objectColumns]);
  for (let first = 0; first < objects.length; first += TOGETHER) {
    const some = objects.slice(first, first + TOGETHER);
    yield csvLines(some.map((object, i) => objectCells(slide, ids[first + i] ?? '', object)));
  }
}
