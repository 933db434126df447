/** `objects.csv` with the corrections in it: lines of what nobody changed as they are, and lines measured anew for the rest. */
import type { EditState } from '../../../edits/edit-state.js';
import type { FlatPolygon, ObjectMeasures, SlideObject } from '../../../protocol/objects.js';
import type { StoredTable } from '../store/object-table.js';

export interface CsvTableOptions {
  readonly state: Pick<EditState, 'changed' | 'decisions'>;
  readonly table: StoredTable;
  /** Of the prediction's `objects.csv`: its columns are kept. Empty: there is none. */
  readonly text: string;
  readonly measured: (polygons: readonly FlatPolygon[]) => ObjectMeasures;
}

const COLUMNS =
  'object,class,area_um2,area_px,perimeter_um,perimeter_px,equivalent_diameter_um,equivalent_diameter_px,circularity,centroid_x_px,centroid_y_px,box_x_px,box_y_px,box_width_px,box_height_px';

const cell = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

function lineOf({ id, class: name }: SlideObject, measures: ObjectMeasures): Readonly<Record<string, unknown>> {
  const { centroidPx, boxPx } = measures;
  return {
    object: id,
    class: name,
    area_um2: measures.areaUm2,
    area_px: measures.areaPx,
    perimeter_um: measures.perimeterUm,
    perimeter_px: measures.perimeterPx,
    equivalent_diameter_um: measures.equivalentDiameterUm,
    equivalent_diameter_px: measures.equivalentDiameterPx,
    circularity: measures.circularity,
    centroid_x_px: centroidPx[0],
    centroid_y_px: centroidPx[1],
    box_x_px: boxPx[0],
    box_y_px: boxPx[1],
    box_width_px: boxPx[2],
    box_height_px: boxPx[3],
  };
}

/** @param objects with the corrections, without rejected ones */
export async function csvTable(
  objects: AsyncIterable<SlideObject>,
  { state, table, text, measured }: CsvTableOptions,
): Promise<string> {
  const columns = [...(text.split(/\r?\n/, 1)[0] || COLUMNS).split(','), 'corrected', 'review'];
  const lines = [columns.join(',')];
  for await (const object of objects) {
    const review = state.decisions.get(object.id);
    const isChanged = state.changed.has(object.id);
    const known = isChanged ? undefined : table.lineOf(object.id);
    const values = new Map<string, unknown>(Object.entries(known ?? lineOf(object, measured(object.polygons))));
    values.set('corrected', isChanged ? 'yes' : 'no').set('review', review);
    lines.push(columns.map((name) => cell(String(values.get(name) ?? ''))).join(','));
  }
  return `${lines.join('\n')}\n`;
}
