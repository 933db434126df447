/** A slide's Deep Zoom tiles as OpenSeadragon asks for them, from whatever backend there is. */
import OpenSeadragon from 'openseadragon';
import type { SlideDetail } from '../../protocol/slides.js';
import type { Backend } from '../backend/backend.js';

/** The level at which one pixel is one of the slide's. */
export const highestLevel = ({ width, height }: { readonly width: number; readonly height: number }): number =>
  Math.ceil(Math.log2(Math.max(width, height)));

/** The highest level that is one tile: below it a request would bring a thumbnail of a thumbnail. */
export const lowestLevel = (slide: {
  readonly width: number;
  readonly height: number;
  readonly tileSize: number;
}): number => {
  const tiles = Math.max(1, Math.max(slide.width, slide.height) / slide.tileSize);
  return Math.max(0, highestLevel(slide) - Math.ceil(Math.log2(tiles)));
};

export class DeepZoom extends OpenSeadragon.TileSource {
  readonly #address: (level: number, x: number, y: number) => string;

  constructor(slide: SlideDetail, backend: Pick<Backend, 'tile'>) {
    super({
      width: slide.width,
      height: slide.height,
      tileSize: slide.tileSize,
      tileOverlap: 0,
      minLevel: lowestLevel(slide),
      maxLevel: highestLevel(slide),
    });
    this.#address = (level, x, y) => backend.tile(slide.id, level, x, y);
  }

  override getTileUrl(level: number, x: number, y: number): string {
    return this.#address(level, x, y);
  }
}
