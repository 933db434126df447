/** The competition's polygon files: a bare array of features as QuPath once exported them, in level-0 pixels. */
import type { Glomerulus } from '../structures/glomeruli.js';
import type { Anatomy } from './anatomy.js';

type Position = readonly [number, number];

const colours = { glomerulus: -3140401, Medulla: -65536, Cortex: -1091353 } as const;

function feature(
  geometry: { readonly type: 'Polygon' | 'MultiPolygon'; readonly coordinates: unknown },
  name: keyof typeof colours,
): unknown {
  return {
    type: 'Feature',
    id: 'PathAnnotationObject',
    geometry,
    properties: {
      classification: { name, colorRGB: colours[name] },
      isLocked: name === 'glomerulus',
      measurements: [],
    },
  };
}

const closed = (ring: readonly Position[]): readonly Position[] => [...ring, ...ring.slice(0, 1)];

/** `ID.json`: one polygon of whole pixels for each glomerulus. */
export const glomeruliJson = (glomeruli: readonly Glomerulus[]): string =>
  JSON.stringify(
    glomeruli.map(({ outline }) => {
      const ring = outline.map(({ x, y }): Position => [Math.round(x), Math.round(y)]);
      return feature({ type: 'Polygon', coordinates: [closed(ring)] }, 'glomerulus');
    }),
  );

/** `ID-anatomical-structure.json`: `Cortex` and `Medulla`. */
export const anatomyJson = ({ regions }: Anatomy): string =>
  JSON.stringify(
    regions.map(({ name, polygons }) => {
      const rings = polygons.map((polygon) =>
        polygon.map((ring) =>
          closed(Array.from({ length: ring.length / 2 }, (_, i): Position => [ring[2 * i] ?? 0, ring[2 * i + 1] ?? 0])),
        ),
      );
      const [only] = rings;
      return rings.length === 1
        ? feature({ type: 'Polygon', coordinates: only }, name)
        : feature({ type: 'MultiPolygon', coordinates: rings }, name);
    }),
  );
