/** What a prediction left in the store, as the page shows it: objects, tables and maps. */
import { FtuError, type Rect } from '@ftuseg/core';
import { directoryStore, openProbabilityMap } from '@ftuseg/infer/browser';
import { ORIGIN_MEMBER } from '@ftuseg/slide/browser';
import { z } from 'zod';
import { emptyReport, reportSentences, validPolygons } from '../../../edits/valid-polygons.js';
import type { ProbabilityMap } from '../../../review/measuring/measure-map.js';
import { folderAt } from './folders.js';
import type { ResultOf, StoredObject } from './store-methods.js';

const GEOJSON = 'objects.geojson';
/** As `ftu predict` names them. */
const PROBABILITY = 'Mean probability';
const AREA_PIXELS = 'Area px^2';

const ring = z.array(z.tuple([z.number(), z.number()]));
const featureSchema = z.object({
  id: z.string(),
  geometry: z.discriminatedUnion('type', [
    z.object({ type: z.literal('Polygon'), coordinates: z.array(ring) }),
    z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ring)) }),
  ]),
  properties: z.looseObject({
    classification: z.object({ name: z.string() }).optional(),
    measurements: z.record(z.string(), z.number()).optional(),
  }),
});
type Feature = z.output<typeof featureSchema>;

/** Counted from the corner of the slide, whatever corner the file counts from. */
function placed(feature: Feature, [left, top]: readonly [number, number]): Feature {
  const moved = (rings: readonly (readonly [number, number])[][]) =>
    rings.map((points) => points.map(([x, y]): [number, number] => [x + left, y + top]));
  const { geometry } = feature;
  if (geometry.type === 'Polygon') {
    return { ...feature, geometry: { ...geometry, coordinates: moved(geometry.coordinates) } };
  }
  return { ...feature, geometry: { ...geometry, coordinates: geometry.coordinates.map(moved) } };
}

const collectionSchema = z.union([
  z
    .object({ features: z.array(featureSchema), [ORIGIN_MEMBER]: z.tuple([z.number(), z.number()]).optional() })
    .transform(({ features, [ORIGIN_MEMBER]: origin }) =>
      origin === undefined ? features : features.map((feature) => placed(feature, origin)),
    ),
  z.array(featureSchema),
]);

const missing = (): FtuError =>
  new FtuError('not-found', 'the prediction is not in the store of this browser', { hint: 'predict the slide again' });

export async function resultStore({ slide, prediction }: ResultOf) {
  const folder = await folderAt(['slides', slide, 'predictions', prediction], { create: false });
  if (folder === undefined) throw missing();
  return directoryStore(folder);
}

/** @returns undefined where the prediction has no such file */
export async function resultText(result: ResultOf, name: string): Promise<string | undefined> {
  const bytes = await (await resultStore(result)).read(name);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** @throws FtuError `not-found`, `bad-input` for a file that was damaged */
export async function resultObjects(
  result: ResultOf,
  size: { readonly width: number; readonly height: number },
): Promise<{ readonly objects: readonly StoredObject[]; readonly notes: readonly string[] }> {
  const text = await resultText(result, GEOJSON);
  if (text === undefined) throw missing();
  const features = collectionSchema.safeParse(JSON.parse(text)).data;
  if (features === undefined) {
    throw new FtuError('bad-input', 'the outlines of the prediction are damaged', { hint: 'predict the slide again' });
  }
  return validObjects(features, size);
}

/** GeoJSON's features as objects on the grid. */
export function validObjects(
  features: readonly Feature[],
  size: { readonly width: number; readonly height: number },
): { readonly objects: readonly StoredObject[]; readonly notes: readonly string[] } {
  const report = emptyReport();
  const objects = features.flatMap(({ id, geometry, properties }): StoredObject[] => {
    const raw = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    const polygons = validPolygons(
      raw.map((rings) => rings.map((one) => one.flat())),
      size,
      report,
    );
    if (polygons.length === 0) return [];
    const { classification, measurements } = properties;
    const [probability, area] = [measurements?.[PROBABILITY], measurements?.[AREA_PIXELS]];
    return [{ id, class: classification?.name ?? 'unclassified', polygons, probability, area }];
  });
  return { objects, notes: reportSentences(report, 'prediction') };
}

/** Features of a preview, which are not yet on the disk. */
export const parseFeatures = (features: unknown): readonly Feature[] => collectionSchema.safeParse(features).data ?? [];

/** Pixels of a side of a map's tile. */
const TILE = 256;

/** @returns a class's map as the review reads it; undefined where there is none */
export async function readableMap(
  result: ResultOf,
  klass: number,
  size: { readonly width: number; readonly height: number },
): Promise<ProbabilityMap | undefined> {
  const map = await openProbabilityMap(await resultStore(result), klass);
  if (map === undefined) return undefined;
  const scale = { x: map.width / size.width, y: map.height / size.height };
  return {
    width: map.width,
    height: map.height,
    scale,
    octets: async ({ x, y, width, height }: Rect, downsample) => {
      const level = Math.min(map.levels - 1, Math.floor(Math.log2(Math.max(1, downsample))));
      const shrink = 2 ** level;
      const [left, top] = [Math.floor(x / shrink), Math.floor(y / shrink)];
      const [columns, rows] = [Math.max(1, Math.round(width / shrink)), Math.max(1, Math.round(height / shrink))];
      const data = new Uint8Array(columns * rows);
      for (let row = Math.floor(top / TILE); row * TILE < top + rows; row++) {
        for (let column = Math.floor(left / TILE); column * TILE < left + columns; column++) {
          const tile = new Uint8Array(await map.tile(level, column, row));
          const from = { x: column * TILE - left, y: row * TILE - top };
          for (let i = Math.max(0, -from.y); i < TILE && from.y + i < rows; i++) {
            const start = Math.max(0, -from.x);
            const end = Math.min(TILE, columns - from.x);
            data.set(tile.subarray(i * TILE + start, i * TILE + end), (from.y + i) * columns + from.x + start);
          }
        }
      }
      return { width: columns, height: rows, data };
    },
  };
}
