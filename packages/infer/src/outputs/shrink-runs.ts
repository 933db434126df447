/** A small picture of a mask's labels, from its runs. */
import { emptyRaster, type Raster, type RunMask } from '@ftuseg/core';

/**
 * Nearest-neighbour by pixel centres, as core's `resizeNearest` of the painted mask.
 * @example
 * drawOutlines(thumbnail, shrinkRuns(mask, thumbnail.width, thumbnail.height));
 */
export function shrinkRuns(mask: RunMask, width: number, height: number): Raster {
  const out = emptyRaster(width, height);
  for (let x = 0; x < width; x++) {
    const column = Math.floor(((x + 0.5) * mask.width) / width);
    for (let run = mask.columns[column] as number; run < (mask.columns[column + 1] as number); run++) {
      const [start, end] = [mask.starts[run] as number, mask.ends[run] as number];
      // Row y shows level-0 row floor((y + 1/2) H / height): those from the first at or past `start`.
      let y = Math.max(Math.ceil((start * height) / mask.height - 0.5), 0);
      while (y < height && Math.floor(((y + 0.5) * mask.height) / height) < start) y++;
      for (; y < height && Math.floor(((y + 0.5) * mask.height) / height) < end; y++) {
        out.data[y * width + x] = mask.labels[run] as number;
      }
    }
  }
  return out;
}
