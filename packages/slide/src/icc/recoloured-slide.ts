/** A slide in other colours: a view that changes what is read, pixel by pixel, and holds nothing. */
import type { RecolourPicture } from '@ftuseg/core';
import type { Slide } from '../slide.js';

/**
 * Colours change after averaging, so that a pixel is the same whatever window it is read in. Tiles are not handed out as the file has them, since they have
 * its own colours; pictures that come along keep theirs. Closing the view closes the slide.
 *
 * @param recolour of each pixel by its own colour alone
 * @param profile of the colours that come out; unset: nobody says
 * @example
 * const shown = recolouredSlide(slide, memoiseColours(toSrgb));
 */
export function recolouredSlide(slide: Slide, recolour: RecolourPicture, profile?: Uint8Array): Slide {
  const { readJpegTile: _, readJpeg2000Tile: __, readIccProfile: ___, ...rest } = slide;
  return {
    ...rest,
    info: { ...slide.info, colours: 'RGB' },
    readRegion: async (region, options) => recolour(await slide.readRegion(region, options)),
    readRows: async (rows, options) => recolour(await slide.readRows(rows, options)),
    readAssociated: (name) => slide.readAssociated(name),
    readIccProfile: async () => profile,
    close: () => slide.close(),
  };
}
