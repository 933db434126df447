/** Memory of a prediction in a page, roughly, and the tile that fits into what there is. */
import type { SlidePlan } from '../../plan/plan.js';

/**
 * WebAssembly's memory of a session, as it grew for a Unet on EfficientNet-B0 (27 MB, onnxruntime-web 1.30): 75 MB for tiles of up to 256 pixels, 130 MB
 * for 512, 356 MB for 1024.
 */
const SESSION_BYTES = 75_000_000;
const SESSION_BYTES_PER_PIXEL = 270;
/** Columns of probabilities that are under way: blocks of a stitcher, bands ahead and the band that is written. */
const COLUMNS = 1280;
/** Pictures of columns that are read: two groups of each member (see `columnGroups`), 3 bytes a pixel. */
const READ_BYTES = 24_000_000;

/** @param sessions of all models together */
export function predictionBytes(plan: SlidePlan, sessions: number, tile: number): number {
  const members = plan.members.reduce((sum, { layout }) => {
    const columns = Math.max(COLUMNS, 2 * tile);
    return sum + READ_BYTES + 4 * layout.height * columns * plan.classes.length;
  }, 0);
  return sessions * (SESSION_BYTES + SESSION_BYTES_PER_PIXEL * tile ** 2) + members;
}

/** Every network here halves its input five times. */
const STRIDE = 32;
/** Smaller tiles show a network too little of what is around an object. */
const SMALLEST = 128;

/** @returns the largest tile up to `tile` that needs at most `limit` bytes; undefined where none does */
export function tileThatFits(plan: SlidePlan, sessions: number, tile: number, limit: number): number | undefined {
  for (let side = tile; side >= Math.min(SMALLEST, tile); side -= STRIDE) {
    if (predictionBytes(plan, sessions, side) <= limit) return side;
  }
  return undefined;
}
