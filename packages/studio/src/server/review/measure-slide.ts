/** Everything that a slide of a prediction gives to review, measured: its objects, and what the threshold dropped. */
import { counted, runsOfPolygons } from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import { nameUuid, readGeoJson } from '@ftuseg/slide';
import type { FlatPolygon, SlideObject } from '../../protocol/objects.js';
import { ghostsOf, MAX_GHOSTS } from '../../review/ghosts.js';
import { GHOST_SHARE, type MeasuredItem, type MeasuredSlide } from '../../review/item.js';
import type { MapMeasures } from '../../review/map-window.js';
import { outlineShape } from '../../review/outline-shape.js';
import { measureOnMap } from './measure-map.js';
import { openProbabilityMap, type ProbabilityMap, runsFrom } from './probability-map.js';

/** Of a slide; further ones are left out of the review. */
export const MAX_REVIEW_OBJECTS = 200_000;

export interface SlideFiles {
  /** The slide's opaque id. */
  readonly id: string;
  /** Level-0 pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** Square micrometres of a level-0 pixel; unset: unknown. */
  readonly pixelUm2?: number | undefined;
  readonly geojson?: string | undefined;
  /** Table of objects. */
  readonly objects?: string | undefined;
  /** By class. */
  readonly maps: ReadonlyMap<string, string>;
  /** By class, 0 to 1. */
  readonly thresholds: Readonly<Record<string, number>>;
}

const DEFAULT_THRESHOLD = 0.5;

interface Row {
  readonly mean?: number | undefined;
  readonly agreement?: number | undefined;
}

type Known = Pick<MeasuredItem, 'mean' | 'peak' | 'boundaryEntropy' | 'agreement'>;

const number = (cell: string | undefined): number | undefined =>
  cell === undefined || cell === '' || !Number.isFinite(Number(cell)) ? undefined : Number(cell);

async function rowsOf(path: string | undefined): Promise<Map<string, Row>> {
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

function itemOf(
  { id, class: name, polygons }: SlideObject,
  kind: MeasuredItem['kind'],
  files: SlideFiles,
  known: Known,
): MeasuredItem {
  const { area, circularity, solidity, box } = outlineShape(polygons);
  const [x, y, width, height] = box;
  return {
    id,
    slide: files.id,
    kind,
    class: name,
    box,
    areaPx: area,
    areaUm2: files.pixelUm2 === undefined ? undefined : area * files.pixelUm2,
    circularity,
    solidity,
    border: x < 1 || y < 1 || x + width > files.size.width - 1 || y + height > files.size.height - 1,
    threshold: files.thresholds[name] ?? DEFAULT_THRESHOLD,
    mean: known.mean,
    peak: known.peak,
    boundaryEntropy: known.boundaryEntropy,
    agreement: known.agreement,
    ...(kind === 'ghost' ? { polygons } : {}),
  };
}

/** Candidates of a class, and how many were left out. */
async function ghostsOnMap(map: ProbabilityMap, name: string, files: SlideFiles, objects: readonly SlideObject[]) {
  const { scale, width, height } = map;
  const placed = objects.flatMap(({ polygons }) =>
    polygons.map((polygon) => ({
      label: 1,
      rings: polygon.map((ring) => Float64Array.from(ring, (value, i) => value * (i % 2 === 0 ? scale.x : scale.y))),
    })),
  );
  const low = (files.thresholds[name] ?? DEFAULT_THRESHOLD) * GHOST_SHARE;
  const { outlines, leftOut } = ghostsOf(await runsFrom(map, low), runsOfPolygons(placed, width, height), scale);
  const measures = await measureOnMap(map, outlines);
  const items = outlines.map((polygons: readonly FlatPolygon[], i) => {
    const id = nameUuid([
      files.id,
      name,
      'ghost',
      ...polygons.flatMap((one) => one.map((ring) => Float64Array.from(ring))),
    ]);
    return itemOf({ id, class: name, polygons }, 'ghost', files, { ...measures[i] });
  });
  return { items, leftOut };
}

/**
 * @param signal ends the reading
 * @throws FtuError for a file that cannot be read, with its name
 */
export async function measureSlide(files: SlideFiles, signal: AbortSignal): Promise<MeasuredSlide> {
  const notes: string[] = [];
  if (files.geojson === undefined) return { items: [], notes: ['The prediction has no outlines (geojson) of it.'] };
  const { objects, leftOut } = await objectsOfFile(files.geojson, [...files.maps.keys()]);
  if (leftOut > 0) notes.push(`${counted(leftOut, 'object')} beyond ${MAX_REVIEW_OBJECTS} are not reviewed.`);
  const rows = await rowsOf(files.objects);
  const measures = new Map<string, MapMeasures>();
  const ghosts: MeasuredItem[] = [];
  if (files.maps.size === 0)
    notes.push('There is no map of probabilities: nothing says how sure outlines are, nor what the threshold dropped.');
  for (const [name, path] of files.maps) {
    signal.throwIfAborted();
    const map = await openProbabilityMap(path, files.size, signal);
    try {
      const own = objects.filter((object) => object.class === name);
      const found = await measureOnMap(
        map,
        own.map(({ polygons }) => polygons),
      );
      for (const [i, { id }] of own.entries()) {
        const one = found[i];
        if (one !== undefined) measures.set(id, one);
      }
      const dropped = await ghostsOnMap(map, name, files, objects);
      ghosts.push(...dropped.items);
      if (dropped.leftOut > 0)
        notes.push(`${counted(dropped.leftOut, 'candidate')} of ${name} beyond ${MAX_GHOSTS} are not reviewed.`);
    } finally {
      await map.close();
    }
  }
  const items = objects.map((object) => {
    const row = rows.get(object.id);
    const one = measures.get(object.id);
    return itemOf(object, 'object', files, { ...one, mean: row?.mean ?? one?.mean, agreement: row?.agreement });
  });
  return { items: [...items, ...ghosts], notes };
}
