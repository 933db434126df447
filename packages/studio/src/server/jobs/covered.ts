/** How much of an object lies in areas that are marked as complete: counted in pixels, from runs. */
import type { Rect, RunMask } from '@ftuseg/core';

/**
 * Pixels that an object and the slide's areas share.
 * @param object mask of the window
 * @param window where the object's mask lies on the slide
 * @param areas of the whole slide
 */
export function sharedPixels(object: RunMask, { x: left, y: top }: Rect, areas: RunMask): number {
  let shared = 0;
  for (let x = 0; x < object.width; x++) {
    let at = areas.columns[x + left] ?? 0;
    const end = areas.columns[x + left + 1] ?? 0;
    for (let run = object.columns[x] ?? 0; run < (object.columns[x + 1] ?? 0); run++) {
      const [from, to] = [(object.starts[run] ?? 0) + top, (object.ends[run] ?? 0) + top];
      // The last area may reach into the object's next run.
      while (at < end && (areas.ends[at] ?? 0) <= from) at++;
      for (let i = at; i < end && (areas.starts[i] ?? 0) < to; i++) {
        shared += Math.min(to, areas.ends[i] ?? 0) - Math.max(from, areas.starts[i] ?? 0);
      }
    }
  }
  return shared;
}
