/**
 * Test-time views by name: the network sees each tile in several symmetries, and the mean of what it says is steadier
 * than any one answer.
 */
import {
  applyView,
  invertView,
  type PixelData,
  type Raster,
  raster,
  type TestTimeView,
  viewsD4,
  viewsNone,
  viewsReference,
} from '@ftuseg/core';
import type { ViewName } from '../settings/predict-settings.js';

const views: Readonly<Record<ViewName, readonly TestTimeView[]>> = {
  none: viewsNone,
  reference: viewsReference,
  d4: viewsD4,
};

/**
 * @example
 * viewsByName('d4').length; // 8
 */
export function viewsByName(name: ViewName): readonly TestTimeView[] {
  return views[name];
}

/** The tile as the view shows it; the tile itself, not a copy, for the identity. */
export function applyViewToTile<D extends PixelData>(tile: Raster<D>, view: TestTimeView): Raster<D> {
  return view === 'identity' ? tile : applyView(tile, view);
}

/**
 * Turns a prediction made on a view back to the tile's own orientation.
 * @param planes classes x tile x tile, planar
 * @returns the same layout; the input itself for the identity
 */
export function invertViewOfPlanes(planes: Float32Array, tile: number, view: TestTimeView): Float32Array {
  if (view === 'identity') return planes;
  const area = tile * tile;
  const out = new Float32Array(planes.length);
  for (let offset = 0; offset < planes.length; offset += area) {
    const plane = raster(tile, tile, 1, planes.subarray(offset, offset + area));
    out.set(invertView(plane, view).data, offset);
  }
  return out;
}
