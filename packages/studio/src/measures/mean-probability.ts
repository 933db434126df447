/** How sure the network is of an object that a person drew: the mean of the probability map over it, as `ftu predict` takes it of its own. */
import { emptyRaster, objectsOf, type Raster, type RunMask, tempered } from '@ftuseg/core';
import { objectStatistics } from '@ftuseg/infer';
import type { SlideRows } from '@ftuseg/slide';
import type { FlatPolygon } from '../protocol/objects.js';
import { asOneObject, boxOf, onSlide, runsInside, type SlideSize } from './polygon-runs.js';

/** Columns of the map that are in memory at one time. */
const COLUMNS = 256;

/** A class's probability as octets, read by rows. */
export interface ReadableMap {
  readonly width: number;
  readonly height: number;
  readonly readRows: (rows: SlideRows) => Promise<Raster>;
}

/** For each octet of a tempered map, the octet of the probability before: the mean of those that it stands for. */
function untempered(temperature: number): Float64Array {
  const sums = Array.from({ length: 256 }, () => ({ sum: 0, count: 0 }));
  for (let value = 0; value < 256; value++) {
    const shown = sums[Math.round(255 * tempered(value / 255, temperature))];
    if (shown === undefined) continue;
    shown.sum += value;
    shown.count++;
  }
  // What no probability is shown as does not occur.
  return Float64Array.from(sums, ({ sum, count }, value) => (count === 0 ? value : sum / count));
}

/**
 * The mean over the map's pixels whose centres the object covers; for an object too small for that, over those that it touches.
 *
 * @param map a class's probability, octets
 * @param temperature that the map was written with; 1 for none
 * @returns 0..1, rounded to octets as the map is; undefined for an object that covers nothing
 */
export async function meanProbabilityOf(
  polygons: readonly FlatPolygon[],
  { map, slide, temperature }: { readonly map: ReadableMap; readonly slide: SlideSize; readonly temperature: number },
): Promise<number | undefined> {
  const box = onSlide(boxOf(polygons), slide);
  if (box.width === 0 || box.height === 0) return undefined;
  const mask: RunMask = runsInside(polygons, { x: 0, y: 0, width: slide.width, height: slide.height });
  const found = asOneObject(objectsOf(mask));
  const [whole] = found.objects;
  if (whole === undefined) return undefined;
  const grid = { width: map.width, height: map.height };
  const [across, down] = [grid.width / slide.width, grid.height / slide.height];
  const first = Math.max(0, Math.floor(whole.box.x * across) - 1);
  const last = Math.min(grid.width, Math.ceil((whole.box.x + whole.box.width) * across) + 1);
  const top = Math.max(0, Math.floor(whole.box.y * down) - 1);
  const rows = Math.min(grid.height, Math.ceil((whole.box.y + whole.box.height) * down) + 1) - top;
  const values = untempered(temperature);
  async function* bands() {
    for (let left = first; left < last; left += COLUMNS) {
      const columns = Math.min(COLUMNS, last - left);
      const read = await map.readRows({ ...grid, left, top, columns, rows });
      // Rows that the object does not reach stay 0: nobody looks at them.
      const probability = emptyRaster(columns, grid.height);
      for (let i = 0; i < columns * rows; i++) {
        probability.data[top * columns + i] = values[read.data[i * read.channels] ?? 0] ?? 0;
      }
      yield { left, probability, agreement: undefined };
    }
  }
  const [statistics] = await objectStatistics(mask, found, bands(), grid);
  return statistics?.probability;
}
