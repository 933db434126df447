/** libvips by sharp, loaded when a picture first needs it: its libraries take a fifth of a second, and most of what `ftu` does reads none. */
import { createRequire } from 'node:module';
import type { default as Library, Sharp, SharpInput, SharpOptions } from 'sharp';

let loaded: typeof Library | undefined;

/** The library itself. */
export function sharpLibrary(): typeof Library {
  if (loaded === undefined) {
    const library: typeof Library = createRequire(import.meta.url)('sharp');
    // Its own cache goes by file name and would hand out the old pixels of a file that has been replaced.
    library.cache(false);
    loaded = library;
  }
  return loaded;
}

/** A pipeline on an image. */
export const sharp = (input: SharpInput, options?: SharpOptions): Sharp => sharpLibrary()(input, options);
