/** What a person looks at, predicted before the rest, so that she sees results within seconds. */
import { eachOutline, objectsOf, type Rect, simplifyOutline } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { SegmentationModel } from '../model/model.js';
import type { SlidePlan } from '../plan/plan.js';
import { predictSlide } from '../predict/predict-slide.js';
import { rasterSlide } from '../scale/raster-slide.js';

/** Pixels of the working resolution; of a larger view its middle is looked at. */
const MAX_SIDE = 1024;

/** @returns GeoJSON features, level-0 pixels */
export async function previewOf(
  slide: Slide,
  models: readonly SegmentationModel[],
  { grid, classes, settings }: SlidePlan,
  seen: Rect,
  signal: AbortSignal | undefined,
): Promise<readonly unknown[]> {
  const { downsample } = grid;
  const side = (from: number, length: number, limit: number): readonly [number, number] => {
    const size = Math.min(length, MAX_SIDE * downsample, limit);
    const start = Math.max(0, Math.min(from + (length - size) / 2, limit - size));
    return [Math.floor(start), Math.floor(size)];
  };
  const [x, width] = side(seen.x, seen.width, slide.width);
  const [y, height] = side(seen.y, seen.height, slide.height);
  if (width < 1 || height < 1) return [];
  const window = await slide.readRegion({ x, y, width, height, downsample }, { signal });
  const { threshold } = settings;
  const { mask } = await predictSlide(rasterSlide(window), models, {
    downsample: 1,
    threshold: threshold.length === 1 ? threshold[0] : classes.map((name, c) => `${name}=${threshold[c]}`).join(','),
    signal,
  });
  const [across, down] = [width / window.width, height / window.height];
  const found = objectsOf(mask);
  return Array.from(eachOutline(mask, found), (polygons, i) => {
    const rings = simplifyOutline(polygons, 0.5).map((polygon) =>
      polygon.rings.map((ring) => {
        const points: [number, number][] = [];
        for (let at = 0; at + 1 < ring.length; at += 2) {
          points.push([x + (ring[at] ?? 0) * across, y + (ring[at + 1] ?? 0) * down]);
        }
        return points;
      }),
    );
    const name = classes[(found.objects[i]?.label ?? 1) - 1];
    const geometry = { type: 'MultiPolygon', coordinates: rings };
    return { type: 'Feature', id: `preview-${i}`, geometry, properties: { classification: { name } } };
  });
}
