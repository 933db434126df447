/** Everything that a slide of a prediction gives to review, measured: its objects, and what the threshold dropped. */
import { counted, runsOfPolygons } from '@ftuseg/core';
import type { FlatPolygon, SlideObject } from '../../protocol/objects.js';
import { GHOST_SHARE, type MeasuredItem, type MeasuredSlide } from '../item.js';
import { ghostsOf, MAX_GHOSTS } from './ghosts.js';
import { runsFrom } from './map-runs.js';
import type { MapMeasures } from './map-window.js';
import { measureOnMap, type ProbabilityMap } from './measure-map.js';
import { outlineShape } from './outline-shape.js';

export interface SlideToMeasure {
  /** The slide's opaque id. */
  readonly id: string;
  /** Level-0 pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** Square micrometres of a level-0 pixel; unset: unknown. */
  readonly pixelUm2?: number | undefined;
  /** By class, 0 to 1. */
  readonly thresholds: Readonly<Record<string, number>>;
}

/** What `objects.csv` knows of an object. */
export interface KnownRow {
  readonly mean?: number | undefined;
  readonly agreement?: number | undefined;
}

export interface ItemSources {
  readonly objects: readonly SlideObject[];
  /** By object. */
  readonly rows: ReadonlyMap<string, KnownRow>;
  /** By class: opened one after another. */
  readonly maps: ReadonlyMap<string, () => Promise<ProbabilityMap & { readonly close?: () => Promise<void> }>>;
  /** A UUID made of a name, the same in every session. */
  readonly uuid: (parts: readonly (string | Float64Array)[]) => string | Promise<string>;
}

const DEFAULT_THRESHOLD = 0.5;

type Known = Pick<MeasuredItem, 'mean' | 'peak' | 'boundaryEntropy' | 'agreement'>;

function itemOf(
  { id, class: name, polygons }: SlideObject,
  kind: MeasuredItem['kind'],
  files: SlideToMeasure,
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
async function ghostsOnMap(
  map: ProbabilityMap,
  name: string,
  files: SlideToMeasure,
  { objects, uuid }: Pick<ItemSources, 'objects' | 'uuid'>,
) {
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
  const items = await Promise.all(
    outlines.map(async (polygons: readonly FlatPolygon[], i) => {
      const rings = polygons.flatMap((one) => one.map((ring) => Float64Array.from(ring)));
      const id = await uuid([files.id, name, 'ghost', ...rings]);
      return itemOf({ id, class: name, polygons }, 'ghost', files, { ...measures[i] });
    }),
  );
  return { items, leftOut };
}

/** @param signal ends the reading */
export async function measureItems(
  slide: SlideToMeasure,
  sources: ItemSources,
  signal: AbortSignal,
): Promise<MeasuredSlide> {
  const { objects, rows, maps } = sources;
  const notes: string[] = [];
  const measures = new Map<string, MapMeasures>();
  const ghosts: MeasuredItem[] = [];
  if (maps.size === 0)
    notes.push('There is no map of probabilities: nothing says how sure outlines are, nor what the threshold dropped.');
  for (const [name, open] of maps) {
    signal.throwIfAborted();
    const map = await open();
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
      const dropped = await ghostsOnMap(map, name, slide, sources);
      ghosts.push(...dropped.items);
      if (dropped.leftOut > 0)
        notes.push(`${counted(dropped.leftOut, 'candidate')} of ${name} beyond ${MAX_GHOSTS} are not reviewed.`);
    } finally {
      await map.close?.();
    }
  }
  const items = objects.map((object) => {
    const row = rows.get(object.id);
    const one = measures.get(object.id);
    return itemOf(object, 'object', slide, { ...one, mean: row?.mean ?? one?.mean, agreement: row?.agreement });
  });
  return { items: [...items, ...ghosts], notes };
}
