/** A map of numbers over the slide: its tiles are textures, its threshold and colour only numbers of the draw call. */
import { mapLevelAt } from './detail.js';
import type { Gpu } from './gl/gpu.js';
import { mapTexture } from './gl/textures.js';
import { BORDERED_SIDE, MapTiles } from './load/map-tiles.js';
import type { MapSource, MapStyle } from './overlay.js';
import type { Frame, Shared } from './shared.js';
import { TilePyramid } from './tile-pyramid.js';

export class MapLayer {
  style: MapStyle | undefined;
  readonly #pyramid: TilePyramid;

  /** @param key unlike that of every other layer there has been */
  constructor(
    key: string,
    readonly source: MapSource,
    readonly slide: { readonly width: number; readonly height: number },
    shared: Shared,
  ) {
    const tiles = new MapTiles(source);
    const pyramid = {
      levels: source.levels,
      // The sides of the map are whole pixels, so that the two are not quite the same.
      texel: { width: slide.width / source.width, height: slide.height / source.height },
      width: slide.width,
      height: slide.height,
      load: (level: number, x: number, y: number) => tiles.bordered(level, x, y),
      upload: (octets: Uint8Array) => {
        const gl = shared.gpu?.gl;
        return gl === undefined ? undefined : mapTexture(gl, BORDERED_SIDE, octets);
      },
      octets: BORDERED_SIDE ** 2,
      border: 1,
    };
    this.#pyramid = new TilePyramid(key, pyramid, shared.textures, shared.requests);
  }

  draw(gpu: Gpu, frame: Frame): void {
    const { style } = this;
    if (style?.visible !== true) return;
    const level = mapLevelAt(frame.scale, this.slide.width / this.source.width, this.source.levels);
    this.#pyramid.draw(frame, level, true, (texture, place) => gpu.map(texture, place, style));
  }
}
