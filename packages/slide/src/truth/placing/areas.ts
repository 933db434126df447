/** Where nothing is known of a slide: in ignored areas, and outside annotated ones. */
import { complementRuns, type LabelledRings, type RunMask, runsOfPolygons, unionRuns } from '@ftuseg/core';

/** A polygon to paint, with the layer that it belongs to. */
export interface PaintedPolygon extends LabelledRings {
  readonly layer: number;
}

/**
 * Paints polygons in their order, the last counts. What takes away (label 0) does so within its layer alone.
 */
export function paintLayers(polygons: readonly PaintedPolygon[], width: number, height: number): RunMask {
  if (polygons.every(({ label }) => label !== 0)) return runsOfPolygons(polygons, width, height);
  const layers = new Map<number, PaintedPolygon[]>();
  for (const polygon of polygons) {
    const layer = layers.get(polygon.layer);
    if (layer === undefined) layers.set(polygon.layer, [polygon]);
    else layer.push(polygon);
  }
  // What takes away comes last in its layer, wherever it stands in the file.
  const masks = Array.from(layers.values(), (layer) =>
    runsOfPolygons(
      [...layer.filter(({ label }) => label !== 0), ...layer.filter(({ label }) => label === 0)],
      width,
      height,
    ),
  );
  return unionRuns(masks);
}

/** @param annotated undefined: no area limits what is known */
export function unknownOf(ignored: RunMask | undefined, annotated: RunMask | undefined): RunMask | undefined {
  const masks = [
    ...(annotated === undefined ? [] : [complementRuns(annotated)]),
    ...(ignored === undefined ? [] : [ignored]),
  ];
  return masks.length === 0 ? undefined : unionRuns(masks);
}
