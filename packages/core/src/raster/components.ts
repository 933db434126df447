/**
 * Connected components of a mask: the step from pixels to countable structures.
 * Two passes over the pixels with a union-find forest (Rosenfeld & Pfaltz 1966; path halving, smaller root wins).
 */
import { FtuError } from '../errors.js';
import type { Raster, Rect } from './raster.js';
import { findRoot } from './union-find.js';

export interface Component {
  /** Its value in the label image, from 1, in the order in which rows from the top first meet the components. */
  readonly label: number;
  /** Pixels. */
  readonly area: number;
  readonly box: Rect;
  /** Mean of the pixel indices: a single pixel at (3, 4) has its centroid at (3, 4). */
  readonly centroid: { readonly x: number; readonly y: number };
}

/** One Int32 label per pixel, row-major; 0 is background. */
export interface LabelImage {
  readonly width: number;
  readonly height: number;
  readonly data: Int32Array;
}

/** Gives every foreground pixel a provisional label and returns the forest that says which of them are one component. */
function labelProvisionally(mask: Raster, labels: Int32Array, connectivity: 4 | 8): Int32Array {
  const { width, height, data } = mask;
  let parents = new Int32Array(1024);
  let count = 1;
  const join = (label: number, other: number): number => {
    if (other === 0 || other === label) return label;
    if (label === 0) return other;
    const a = findRoot(parents, label);
    const b = findRoot(parents, other);
    if (a < b) parents[b] = a;
    else parents[a] = b;
    return Math.min(a, b);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (data[at] === 0) continue;
      let label = x > 0 ? (labels[at - 1] as number) : 0;
      if (y > 0) {
        label = join(label, labels[at - width] as number);
        if (connectivity === 8) {
          if (x > 0) label = join(label, labels[at - width - 1] as number);
          if (x + 1 < width) label = join(label, labels[at - width + 1] as number);
        }
      }
      if (label === 0) {
        if (count === parents.length) {
          const longer = new Int32Array(count * 2);
          longer.set(parents);
          parents = longer;
        }
        parents[count] = count;
        label = count++;
      }
      labels[at] = label;
    }
  }
  return parents.subarray(0, count);
}

/**
 * Labels the connected foreground (non-zero) of a one-channel mask.
 *
 * @param connectivity 8 (default) also joins pixels that touch at a corner; 4 only at an edge.
 * @throws FtuError `bad-input` for several channels.
 * @example
 * connectedComponents(mask).components.filter((component) => component.area > 500).length; // glomeruli, roughly
 */
export function connectedComponents(
  mask: Raster,
  connectivity: 4 | 8 = 8,
): { readonly labels: LabelImage; readonly components: readonly Component[] } {
  const { width, height } = mask;
  if (mask.channels !== 1) {
    throw new FtuError('bad-input', `connected components need a one-channel mask, not ${mask.channels} channels`);
  }
  const labels = new Int32Array(width * height);
  const parents = labelProvisionally(mask, labels, connectivity);
  const final = new Int32Array(parents.length);
  let count = 0;
  for (let i = 1; i < parents.length; i++) {
    const root = findRoot(parents, i);
    final[i] = root === i ? ++count : (final[root] as number);
  }
  const area = new Float64Array(count + 1);
  const sumX = new Float64Array(count + 1);
  const sumY = new Float64Array(count + 1);
  const left = new Int32Array(count + 1).fill(width);
  const right = new Int32Array(count + 1);
  const top = new Int32Array(count + 1).fill(height);
  const bottom = new Int32Array(count + 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const provisional = labels[at] as number;
      if (provisional === 0) continue;
      const label = final[provisional] as number;
      labels[at] = label;
      area[label] = (area[label] as number) + 1;
      sumX[label] = (sumX[label] as number) + x;
      sumY[label] = (sumY[label] as number) + y;
      if (x < (left[label] as number)) left[label] = x;
      if (x > (right[label] as number)) right[label] = x;
      if (y < (top[label] as number)) top[label] = y;
      bottom[label] = y;
    }
  }
  const components = Array.from({ length: count }, (_, i): Component => {
    const label = i + 1;
    const pixels = area[label] ?? 0;
    const x = left[label] ?? 0;
    const y = top[label] ?? 0;
    return {
      label,
      area: pixels,
      box: { x, y, width: (right[label] ?? 0) - x + 1, height: (bottom[label] ?? 0) - y + 1 },
      centroid: { x: (sumX[label] ?? 0) / pixels, y: (sumY[label] ?? 0) / pixels },
    };
  });
  return { labels: { width, height, data: labels }, components };
}
