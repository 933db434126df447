/** A line of `objects.csv` as the page's measures: the numbers of `ftu predict`, not computed again. */
import type { ObjectMeasures } from '../protocol/objects.js';

/** Cells of a line of `objects.csv`, by column. */
export type ObjectLine = Readonly<Record<string, string>>;

/** @returns undefined for an empty cell, and for none */
function numberOf(line: ObjectLine, column: string): number | undefined {
  const cell = Object.hasOwn(line, column) ? line[column] : undefined;
  return cell === undefined || cell === '' ? undefined : Number(cell);
}

/** @example measuresOfLine(line).areaPx; */
export function measuresOfLine(line: ObjectLine): ObjectMeasures {
  const number = (column: string): number | undefined => numberOf(line, column);
  const known = (column: string): number => number(column) ?? 0;
  return {
    areaUm2: number('area_um2'),
    areaPx: known('area_px'),
    perimeterUm: number('perimeter_um'),
    perimeterPx: known('perimeter_px'),
    equivalentDiameterUm: number('equivalent_diameter_um'),
    equivalentDiameterPx: known('equivalent_diameter_px'),
    circularity: known('circularity'),
    centroidPx: [known('centroid_x_px'), known('centroid_y_px')],
    boxPx: [known('box_x_px'), known('box_y_px'), known('box_width_px'), known('box_height_px')],
    meanProbability: number('mean_probability'),
    calibratedProbability: number('calibrated_probability'),
    modelAgreement: number('model_agreement'),
  };
}
