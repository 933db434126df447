/** Areas of all objects of a slide by class, with its corrections: counts, density and histograms follow from them. */
import { sclerosisClasses, sclerosisCount, sclerosisOf } from '@ftuseg/infer';
import { isArea, type SlideObject } from '../protocol/objects.js';
import type { SlideMeasures, SlideSclerosis } from './answers.js';
import { histogramOf } from './histogram.js';
import type { ObjectLine } from './table-measures.js';

/** What is asked of a table of objects. */
export interface SizeTable {
  /** The line of an object; undefined where the table has none of it. */
  readonly line: (id: string) => Promise<ObjectLine | undefined>;
  /** By class: areas in order of the table, in `unit`. */
  readonly areas: ReadonlyMap<string, Float64Array>;
  /** Micrometres where every object has such an area. */
  readonly unit: 'um2' | 'px';
}

export interface SlideSizes {
  /** @param classes of the prediction: of some nothing may be there */
  readonly summary: (tissueMm2: number | undefined, classes: readonly string[]) => Omit<SlideMeasures, 'unit'>;
}

function sclerosisIn(counts: ReadonlyMap<string, number>, predicted: readonly string[]): SlideSclerosis | undefined {
  const names = [...new Set([...predicted, ...counts.keys()])];
  const count = sclerosisCount({ classes: names.map((name) => ({ name, count: counts.get(name) ?? 0 })) });
  const found = count === undefined ? undefined : sclerosisOf([count]);
  if (found === undefined) return undefined;
  const { sclerotic, all, fraction, interval } = found;
  // Outlines with few corners do not tell what touches.
  const classes = `${sclerosisClasses(names)}; each object by itself, also one that touches another class`;
  return { sclerotic, all, fraction, interval, classes };
}

function sizes(areas: ReadonlyMap<string, ArrayLike<number>>): SlideSizes {
  return {
    summary(tissueMm2, classes) {
      const named = [...areas].filter(([, values]) => values.length > 0);
      const counts = new Map(named.map(([name, values]) => [name, values.length]));
      const objects = named.reduce((sum, [, values]) => sum + values.length, 0);
      return {
        counts: Object.fromEntries(counts),
        histograms: Object.fromEntries(named.map(([name, values]) => [name, histogramOf(values)])),
        tissueMm2,
        densityPerMm2: tissueMm2 === undefined || tissueMm2 === 0 ? undefined : objects / tissueMm2,
        sclerosis: sclerosisIn(counts, classes),
      };
    },
  };
}

/**
 * From the table of a prediction and what edits changed.
 * @param area of an object, in the unit of the table
 */
export async function correctedSizes(
  table: SizeTable,
  changed: ReadonlyMap<string, SlideObject | null>,
  area: (object: SlideObject) => number,
): Promise<SlideSizes> {
  const gone = new Map<string, Map<number, number>>();
  const drawn = new Map<string, number[]>();
  for (const [id, object] of changed) {
    const line = await table.line(id);
    if (line !== undefined) {
      const name = line.class ?? '';
      const value = Number(table.unit === 'um2' ? line.area_um2 : line.area_px);
      const values = gone.get(name) ?? new Map<number, number>();
      gone.set(name, values.set(value, (values.get(value) ?? 0) + 1));
    }
    if (object === null || isArea(object.class)) continue;
    const values = drawn.get(object.class) ?? [];
    drawn.set(object.class, values);
    values.push(area(object));
  }
  const names = new Set([...table.areas.keys(), ...drawn.keys()]);
  return sizes(
    new Map(
      [...names].map((name) => {
        const left = new Map(gone.get(name));
        const kept = (table.areas.get(name) ?? new Float64Array(0)).filter((value) => {
          const count = left.get(value) ?? 0;
          if (count > 0) left.set(value, count - 1);
          return count === 0;
        });
        return [name, [...kept, ...(drawn.get(name) ?? [])]];
      }),
    ),
  );
}

/** From outlines alone, where the prediction has no table. */
export async function sizesOf(
  document: { readonly objects: () => AsyncIterable<SlideObject> | Iterable<SlideObject> },
  area: (object: SlideObject) => number,
): Promise<SlideSizes> {
  const areas = new Map<string, number[]>();
  for await (const object of document.objects()) {
    if (isArea(object.class)) continue;
    const values = areas.get(object.class) ?? [];
    areas.set(object.class, values);
    values.push(area(object));
  }
  return sizes(areas);
}
