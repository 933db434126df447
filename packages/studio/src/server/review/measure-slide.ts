/** A slide of a prediction measured for the review, out of the files of its folder. */
import { counted, parseNumber } from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import { nameUuid, readGeoJson } from '@ftuseg/slide';
import type { SlideObject } from '../../protocol/objects.js';
import type { MeasuredSlide } from '../../review/item.js';
import { type KnownRow, measureItems, type SlideToMeasure } from '../../review/measuring/measure-items.js';
import { openProbabilityMap } from './probability-map.js';

/** Of a slide; further ones are left out of the review. */
export const MAX_REVIEW_OBJECTS = 200_000;

export interface SlideFiles extends SlideToMeasure {
  readonly geojson?: string | undefined;
  /** Table of objects. */
  readonly objects?: string | undefined;
  /** By class. */
  readonly maps: ReadonlyMap<string, string>;
}

function number(cell = ''): number | undefined {
  const value = parseNumber(cell);
  return Number.isNaN(value) ? undefined : value;
}

async function rowsOf(path: string | undefined): Promise<Map<string, KnownRow>> {
  if (path === undefined) return new Map();
  const { rows } = await readCsv(path);
  return new Map(
    rows.map(({ cells }) => [
      cells.object ?? '',
      { mean: number(cells.mean_probability), agreement: number(cells.model_agreement) },
    ]),
  );
}

/** Rings of GeoJSON repeat their first corner at the end. */
function opened(ring: Float64Array): number[] {
  const closed = ring.length > 6 && ring[0] === ring.at(-2) && ring[1] === ring.at(-1);
  return Array.from(closed ? ring.subarray(0, -2) : ring);
}

async function objectsOfFile(
  path: string,
  classes: readonly string[],
): Promise<{ objects: SlideObject[]; leftOut: number }> {
  const objects: SlideObject[] = [];
  let leftOut = 0;
  for await (const { id, name, polygons } of readGeoJson(path)) {
    if (id === undefined || polygons.length === 0) continue;
    if (objects.length === MAX_REVIEW_OBJECTS) leftOut++;
    else {
      const rings = polygons.map((polygon) => polygon.rings.map(opened));
      objects.push({ id, class: name ?? classes[0] ?? '', polygons: rings });
    }
  }
  return { objects, leftOut };
}

/**
 * @param signal ends the reading
 * @throws FtuError for a file that cannot be read, with its name
 */
export async function measureSlide(files: SlideFiles, signal: AbortSignal): Promise<MeasuredSlide> {
  if (files.geojson === undefined) return { items: [], notes: ['The prediction has no outlines (geojson) of it.'] };
  const { objects, leftOut } = await objectsOfFile(files.geojson, [...files.maps.keys()]);
  const maps = new Map(
    [...files.maps].map(([name, path]) => [name, () => openProbabilityMap(path, files.size, signal)] as const),
  );
  const rows = await rowsOf(files.objects);
  const measured = await measureItems(files, { objects, rows, maps, uuid: nameUuid }, signal);
  if (leftOut === 0) return measured;
  const beyond = `${counted(leftOut, 'object')} beyond ${MAX_REVIEW_OBJECTS} are not reviewed.`;
  return { ...measured, notes: [beyond, ...measured.notes] };
}
