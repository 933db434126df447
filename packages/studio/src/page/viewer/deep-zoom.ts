/** A slide's Deep Zoom tiles as OpenSeadragon asks for them, from whatever backend there is. */
import OpenSeadragon from 'openseadragon';
import type { SlideDetail, TileColours } from '../../protocol/slides.js';
import type { Backend } from '../backend/backend.js';
import { sentenceOf } from '../state/messages.js';

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
  readonly #pixels: ((level: number, x: number, y: number, signal: AbortSignal) => Promise<ImageBitmap>) | undefined;
  readonly #asked = new WeakMap<OpenSeadragon.ImageJob, AbortController>();

  constructor(slide: SlideDetail, backend: Pick<Backend, 'tile' | 'tilePixels'>, colours: TileColours) {
    super({
      width: slide.width,
      height: slide.height,
      tileSize: slide.tileSize,
      tileOverlap: 0,
      minLevel: lowestLevel(slide),
      maxLevel: highestLevel(slide),
    });
    this.#address = (level, x, y) => backend.tile(slide.id, level, x, y, colours);
    const { tilePixels } = backend;
    if (tilePixels !== undefined) {
      this.#pixels = (level, x, y, signal) => tilePixels(slide.id, level, x, y, colours, signal);
    }
  }

  override downloadTileStart(job: OpenSeadragon.ImageJob): void {
    if (this.#pixels === undefined) {
      super.downloadTileStart(job);
      return;
    }
    const { level, x, y } = job.tile;
    const asked = new AbortController();
    this.#asked.set(job, asked);
    this.#pixels(level, x, y, asked.signal).then(
      (pixels) => job.finish(pixels, null, 'imageBitmap'),
      (error: unknown) => job.fail(sentenceOf(error), null),
    );
  }

  override downloadTileAbort(job: OpenSeadragon.ImageJob): void {
    if (this.#pixels === undefined) super.downloadTileAbort(job);
    else this.#asked.get(job)?.abort();
  }

  override getTileUrl(level: number, x: number, y: number): string {
    return this.#address(level, x, y);
  }
}
