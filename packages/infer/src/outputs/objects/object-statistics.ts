/** What is known of each object besides its shape: how sure the network is, and whether the models agree. */
import type { Raster, RunMask, RunObjects } from '@ftuseg/core';
import { fixedPoint } from '../fixed-point.js';

/** Columns of the plan's grid, as 8-bit fixed point, 255 for 1. */
interface Band {
  readonly left: number;
  readonly probability: Raster;
  readonly agreement: Raster | undefined;
}

export interface ObjectStatistics {
  /** Mean probability of the object's class over its pixels, 0..1. */
  readonly probability: number;
  /** Mean share of the models that would call its pixels foreground, 0..1; undefined for a single model. */
  readonly agreement: number | undefined;
}

/**
 * Means over the grid's pixels whose centres the object covers; for an object too small for that, over the pixels that it touches.
 * @param bands from left to right, together the whole grid
 */
export async function objectStatistics(
  mask: RunMask,
  { objects, objectOf }: RunObjects,
  bands: AsyncIterable<Band>,
  grid: { readonly width: number; readonly height: number },
): Promise<ObjectStatistics[]> {
  const sums = objects.map(() => ({ probability: 0, agreement: 0, count: 0 }));
  const [across, down] = [grid.width / mask.width, grid.height / mask.height];
  let agrees = false;
  for await (const { left, probability, agreement } of bands) {
    agrees ||= agreement !== undefined;
    const { width, channels } = probability;
    const end = Math.min(Math.ceil((left + width) / across), mask.width);
    for (let x = Math.floor(left / across); x < end; x++) {
      const column = Math.floor((x + 0.5) * across);
      if (column < left || column >= left + width) continue;
      const centre = Math.min(Math.floor((column + 0.5) / across), mask.width - 1) === x;
      for (let run = mask.columns[x] as number; run < (mask.columns[x + 1] as number); run++) {
        const object = objectOf[run] as number;
        const sum = sums[object];
        if (sum === undefined || !(centre || (objects[object]?.box.width ?? 0) * across < 2)) continue;
        const channel = (mask.labels[run] as number) - 1;
        const from = Math.floor(((mask.starts[run] as number) + 0.5) * down);
        const to = Math.floor(((mask.ends[run] as number) - 0.5) * down);
        for (let y = from; y <= to; y++) {
          const at = (y * width + column - left) * channels + channel;
          sum.probability += probability.data[at] as number;
          sum.agreement += agreement?.data[at] ?? 0;
          sum.count++;
        }
      }
    }
  }
  return sums.map(({ probability, agreement, count }) => ({
    probability: count === 0 ? 0 : probability / count / 255,
    agreement: agrees ? (count === 0 ? 0 : agreement / count / 255) : undefined,
  }));
}

/** The same of probabilities in memory, 0..1, of the whole grid. */
export function statisticsInMemory(
  mask: RunMask,
  found: RunObjects,
  probability: Raster<Float32Array>,
  agreement: Raster | undefined,
): Promise<ObjectStatistics[]> {
  const whole = async function* () {
    yield { left: 0, probability: fixedPoint(probability), agreement };
  };
  return objectStatistics(mask, found, whole(), probability);
}
