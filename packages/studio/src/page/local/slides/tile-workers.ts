/** Two workers that open slides and cut tiles: coarse tiles come from one, which then reads the slide's overview only once. */
import type { Caller } from '../worker/calls.js';
import type { SlideFacts, SlideFile, SlideMethods } from './slide-methods.js';

export interface TileWorkers {
  /** @throws FtuError: why the slide cannot be opened, and what to use instead */
  readonly facts: (file: SlideFile) => Promise<SlideFacts>;
  readonly tile: (
    file: SlideMethods['tile']['args'] & { readonly finest: number },
    signal: AbortSignal,
  ) => Promise<ImageBitmap>;
  /** A BMP. */
  readonly thumbnail: (file: SlideFile, side: number) => Promise<Uint8Array<ArrayBuffer>>;
}

export function createTileWorkers(first: Caller<SlideMethods>, second: Caller<SlideMethods>): TileWorkers {
  const idle = (): Caller<SlideMethods> => (second.waiting() < first.waiting() ? second : first);
  return {
    facts: (file) => first.call('facts', file),
    tile: ({ finest, ...asked }, signal) => (asked.level <= finest ? first : idle()).call('tile', asked, { signal }),
    thumbnail: (file, side) => first.call('thumbnail', { ...file, side }),
  };
}
