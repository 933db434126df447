/** Objects and slides in numbers with the corrections in them, as CSV: lines of what nobody changed as `ftu predict` wrote them, and lines measured anew for the rest. */
import { csvLines, pixelSize, type Scale } from '@ftuseg/core';
import { countedChanges } from '../edits/counted.js';
import type { EditState } from '../edits/edit-state.js';
import { type FlatPolygon, isArea, type ObjectMeasures, type SlideObject } from '../protocol/objects.js';
import type { SlideMeasures } from './answers.js';
import type { ObjectLine } from './table-measures.js';

/** A prediction's `objects.csv`. */
export interface LineTable {
  readonly columns: readonly string[];
  readonly lines: () => AsyncIterable<ObjectLine> | Iterable<ObjectLine>;
}

export interface CorrectedTableOptions {
  readonly slide: string;
  readonly state: Pick<EditState, 'changed' | 'decisions'>;
  /** Undefined: there is none, and every object is measured on its outline. */
  readonly table: LineTable | undefined;
  /** Those that count, corrections included; asked for where there is no table. */
  readonly objects: () => AsyncIterable<SlideObject>;
  readonly measured: (polygons: readonly FlatPolygon[]) => ObjectMeasures;
  /** Micrometres per level-0 pixel; undefined: unknown. */
  readonly scale: Scale | undefined;
}

/** As `objects.csv` has them. */
const COLUMNS = [
  'slide',
  'object',
  'class',
  'area_um2',
  'area_px',
  'perimeter_um',
  'perimeter_px',
  'equivalent_diameter_um',
  'equivalent_diameter_px',
  'circularity',
  'circularity_unit',
  'centroid_x_um',
  'centroid_y_um',
  'centroid_x_px',
  'centroid_y_px',
  'box_x_px',
  'box_y_px',
  'box_width_px',
  'box_height_px',
] as const;

/** Lines that go out together. */
const LINES = 1000;

function valuesOf({ id, class: name, polygons }: SlideObject, { slide, measured, scale }: CorrectedTableOptions) {
  const measures = measured(polygons);
  const [x, y] = measures.centroidPx;
  const side = scale === undefined ? undefined : pixelSize(scale);
  const [left, top, width, height] = measures.boxPx;
  return new Map<string, string | number | undefined>(
    Object.entries({
      slide,
      object: id,
      class: name,
      area_um2: measures.areaUm2,
      area_px: measures.areaPx,
      perimeter_um: measures.perimeterUm,
      perimeter_px: measures.perimeterPx,
      equivalent_diameter_um: measures.equivalentDiameterUm,
      equivalent_diameter_px: measures.equivalentDiameterPx,
      circularity: measures.circularity,
      circularity_unit: side === undefined ? 'px' : 'um',
      centroid_x_um: side === undefined ? undefined : x * side.x,
      centroid_y_um: side === undefined ? undefined : y * side.y,
      centroid_x_px: x,
      centroid_y_px: y,
      box_x_px: left,
      box_y_px: top,
      box_width_px: width,
      box_height_px: height,
    }),
  );
}

/**
 * `objects.csv` of a slide as corrected: `corrected` is yes for what a person drew or changed, `review` what she decided. Areas and rejected objects are none
 * of its lines; probabilities of what was changed are unknown.
 * @returns the text, piece by piece
 */
export async function* correctedTable(options: CorrectedTableOptions): AsyncGenerator<string> {
  const { state, table, objects } = options;
  const columns = table === undefined || table.columns.length === 0 ? COLUMNS : table.columns;
  const counted = countedChanges(state);
  let waiting: (string | number)[][] = [[...columns, 'corrected', 'review']];
  const put = (values: ReadonlyMap<string, string | number | undefined>, id: string, isChanged: boolean): void => {
    const cells = columns.map((name) => values.get(name) ?? '');
    waiting.push([...cells, isChanged ? 'yes' : 'no', state.decisions.get(id) ?? '']);
  };
  const taken = function* (most: number): Generator<string> {
    if (waiting.length < most) return;
    yield csvLines(waiting);
    waiting = [];
  };
  if (table === undefined) {
    for await (const object of objects()) {
      if (!isArea(object.class)) put(valuesOf(object, options), object.id, state.changed.has(object.id));
      yield* taken(LINES);
    }
  } else {
    for await (const line of table.lines()) {
      const id = line.object ?? '';
      if (!counted.has(id)) put(new Map(Object.entries(line)), id, false);
      yield* taken(LINES);
    }
    for (const [id, object] of counted) {
      if (object !== null && !isArea(object.class)) put(valuesOf(object, options), id, true);
      yield* taken(LINES);
    }
  }
  yield* taken(1);
}

/** `summary.csv` of slides as corrected, with the names of the columns of `ftu predict`'s. */
export function correctedSummary(
  slides: readonly { readonly id: string; readonly edits: number; readonly measures: SlideMeasures }[],
): string {
  const classes = [...new Set(slides.flatMap(({ measures }) => Object.keys(measures.counts)))];
  const head = [
    'id',
    'count',
    'tissue_mm2',
    'count_per_mm2',
    'sclerotic_fraction',
    'sclerotic_fraction_low',
    'sclerotic_fraction_high',
    'edits',
    ...classes.map((name) => `count_${name}`),
  ];
  const rows = slides.map(({ id, edits, measures: { counts, tissueMm2, densityPerMm2, sclerosis } }) => [
    id,
    Object.values(counts).reduce((sum, count) => sum + count, 0),
    tissueMm2 ?? '',
    densityPerMm2 ?? '',
    sclerosis?.fraction ?? '',
    sclerosis?.interval.low ?? '',
    sclerosis?.interval.high ?? '',
    edits,
    ...classes.map((name) => counts[name] ?? 0),
  ]);
  return csvLines([head, ...rows]);
}
