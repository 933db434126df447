/** A map of numbers over the slide: its tiles are textures, its threshold and colour only numbers of the draw call. */
import { COVERAGE_SIDE } from '../../outlines/coverage/coverage.js';
import { mapLevelAt } from './detail.js';
import type { Gpu } from './gl/gpu.js';
import { mapTexture } from './gl/textures.js';
import type { MapSource, MapStyle } from './overlay.js';
import type { Frame, Shared } from './shared.js';
import { TilePyramid } from './tile-pyramid.js';

export class MapLayer {
  style: MapStyle | undefined;
  readonly #tiles: TilePyramid;

  /** @param key unlike that of every other layer there has been */
  constructor(
    key: string,
    readonly source: MapSource,
    shared: Shared,
  ) {
    const tiles = {
      levels: source.levels,
      texel: source.downsample,
      width: source.width * source.downsample,
      height: source.height * source.downsample,
      load: (level: number, x: number, y: number, signal: AbortSignal) => source.tile(level, x, y, signal),
      upload: (octets: Uint8Array) => {
        const gl = shared.gpu?.gl;
        return gl === undefined ? undefined : mapTexture(gl, COVERAGE_SIDE, octets);
      },
      octets: COVERAGE_SIDE ** 2,
    };
    this.#tiles = new TilePyramid(key, tiles, shared.textures, shared.requests);
  }

  draw(gpu: Gpu, frame: Frame): void {
    const { style } = this;
    if (style?.visible !== true) return;
    const level = mapLevelAt(frame.scale, this.source.downsample, this.source.levels);
    this.#tiles.draw(frame, level, true, (texture, place) => gpu.map(texture, place, style));
  }
}
