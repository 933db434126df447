/** Outlines of what is known of a view so far: the tiles' probabilities, stitched and thresholded as the whole slide's will be, but before DenseCRF. */
import {
  eachOutline,
  objectsOf,
  type Raster,
  raster,
  resizeBilinear,
  simplifyOutline,
  type TestTimeView,
} from '@ftuseg/core';
import { collectRuns } from '../../level0/collect-runs.js';
import { Level0Thresholder } from '../../level0/level0-thresholder.js';
import { postprocess } from '../../level0/postprocess.js';
import { outlineTolerance } from '../../outputs/objects/outline-features.js';
import { classColours } from '../../outputs/overlay.js';
import type { Member, SlidePlan } from '../../plan/plan.js';
import { invertViewOfPlanes } from '../../plan/views.js';
import { Stitcher } from '../../stitch/stitch.js';
import type { TileRegion } from './view-region.js';

/** A region of one of the plan's members, and what its network answered there. */
export interface SeenRegion {
  readonly member: Member;
  readonly region: TileRegion;
  /** Classes x tile x tile, in the view; undefined: background. */
  readonly logits: (column: number, row: number, view: TestTimeView) => Float32Array | undefined;
}

/** GeoJSON; coordinates are level-0 pixels. */
export interface PreviewFeature {
  readonly type: 'Feature';
  readonly id: string;
  readonly geometry: {
    readonly type: 'MultiPolygon';
    readonly coordinates: readonly (readonly (readonly (readonly [x: number, y: number])[])[])[];
  };
  readonly properties: {
    readonly objectType: 'annotation';
    readonly classification: { readonly name: string; readonly color: readonly [number, number, number] };
  };
}

/** Probabilities of a region, and where it lies in level-0 pixels. */
interface Part {
  readonly share: number;
  readonly pixels: Raster<Float32Array>;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** In which outlines are drawn: a region that has more level-0 pixels is seen from so far away that nobody sees one. */
const PIXELS = 1 << 22;

/** @returns outlines that later ones replace; those of a large region are drawn in larger pixels than those of the slide */
export function outlinePreview(plan: SlidePlan, seen: readonly SeenRegion[]): PreviewFeature[] {
  const parts = seen.flatMap((one) => partOf(plan, one) ?? []);
  const [first] = parts;
  if (first === undefined || parts.length < plan.members.length) return [];
  // Where several models meet, the region of the first is shown; the others are brought onto it, as near as a preview needs.
  const { x, y, width, height, pixels } = first;
  const sum = new Float32Array(pixels.data.length);
  for (const part of parts) {
    const same = part.pixels.width === pixels.width && part.pixels.height === pixels.height;
    const values = same ? part.pixels : resizeBilinear(part.pixels, pixels.width, pixels.height);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + part.share * (values.data[i] as number);
  }
  const grid = { width: pixels.width, height: pixels.height };
  const side = Math.max(1, Math.sqrt((width * height) / PIXELS));
  const shown = { width: Math.max(1, Math.round(width / side)), height: Math.max(1, Math.round(height / side)) };
  const thresholder = new Level0Thresholder(grid, shown, plan.settings.threshold, undefined);
  const runs = thresholder.push(raster(grid.width, grid.height, plan.classes.length, sum));
  const { mask } = postprocess(collectRuns([runs], shown.width, shown.height), plan, side);
  const found = objectsOf(mask);
  const tolerance = outlineTolerance(plan).pixels / side;
  return Array.from(eachOutline(mask, found), (polygons, i): PreviewFeature => {
    const label = found.objects[i]?.label ?? 1;
    const color = classColours[(label - 1) % classColours.length] ?? [0, 0, 0];
    const coordinates = simplifyOutline(polygons, tolerance).map(({ rings }) =>
      rings.map((ring) => pointsOf(ring, { x, y, across: width / shown.width, down: height / shown.height })),
    );
    return {
      type: 'Feature',
      id: `preview-${i}`,
      geometry: { type: 'MultiPolygon', coordinates },
      properties: { objectType: 'annotation', classification: { name: plan.classes[label - 1] ?? '', color } },
    };
  });
}

/**
 * Closed, as RFC 7946 demands.
 * @param place where the ring's grid begins, and the sides of its pixels, in level-0 pixels
 */
function pointsOf(
  ring: ArrayLike<number>,
  { x, y, across, down }: { x: number; y: number; across: number; down: number },
): [number, number][] {
  const points: [number, number][] = [];
  for (let i = 0; i + 1 < ring.length; i += 2)
    points.push([x + across * (ring[i] as number), y + down * (ring[i + 1] as number)]);
  const [start, end] = [points[0], points.at(-1)];
  if (start !== undefined && (start[0] !== end?.[0] || start[1] !== end[1])) points.push([...start]);
  return points;
}

function partOf(plan: SlidePlan, { member, region, logits }: SeenRegion): Part | undefined {
  const { layout, grid } = member;
  const { merge } = plan.settings;
  const columns = layout.columns.slice(region.left, region.right);
  const rows = layout.rows.slice(region.top, region.bottom);
  const [left, top] = [columns[0], rows[0]];
  if (left === undefined || top === undefined || merge === 'or') return undefined;
  const width = Math.min((columns.at(-1) ?? 0) + layout.tile, layout.width) - left;
  const height = Math.min((rows.at(-1) ?? 0) + layout.tile, layout.height) - top;
  const part = {
    ...{ width, height, tile: layout.tile },
    columns: columns.map((column) => column - left),
    rows: rows.map((row) => row - top),
  };
  const stitcher = new Stitcher(part, plan.classes.length, merge);
  for (const column of part.columns.keys()) {
    for (const row of part.rows.keys()) {
      for (const view of plan.views) {
        const planes = logits(region.left + column, region.top + row, view);
        if (planes === undefined) continue;
        stitcher.add(column, row, invertViewOfPlanes(planes, layout.tile, view), 1 / plan.views.length);
      }
    }
  }
  const pixels = stitcher.take(width);
  if (pixels === undefined) return undefined;
  const [across, down] = [plan.slide.width / grid.width, plan.slide.height / grid.height];
  const place = { x: Math.round(left * across), y: Math.round(top * down) };
  const size = { width: Math.max(1, Math.round(width * across)), height: Math.max(1, Math.round(height * down)) };
  return { share: member.share, pixels, ...place, ...size };
}
