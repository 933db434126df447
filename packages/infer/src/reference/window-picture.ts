/**
 * A window of level-0 pixels as a network is shown it: shrunk in the way that the network's training data were. The published solution shrinks by
 * interpolation without averaging, and a network that learnt such grain sees less of it in an average.
 */
import { type Raster, raster, resizeArea, resizeBilinear, resizeBilinearFloat } from '@ftuseg/core';
import type { ModelCard, ResizeMethod } from '@ftuseg/nn';

/** RGB, 0..255; interpolated values are not rounded. */
export type Picture = Raster<Uint8Array> | Raster<Float32Array>;

/** Pictures of one window, each made when the first network asks for it. */
export class WindowPictures {
  readonly #made = new Map<ResizeMethod, Picture>();

  /**
   * @param window RGB level-0 pixels, square
   * @param tile side of the picture
   */
  constructor(
    private readonly window: Raster,
    private readonly tile: number,
  ) {}

  for({ resize = 'area' }: Pick<ModelCard, 'resize'>): Picture {
    const made = this.#made.get(resize) ?? shrink(this.window, this.tile, resize);
    this.#made.set(resize, made);
    return made;
  }
}

function shrink(window: Raster, tile: number, method: ResizeMethod): Picture {
  if (window.width === tile) return window;
  if (method === 'bilinear') return resizeBilinearFloat(window, tile, tile);
  // As slides are prepared: a slide that is coarser than the network is interpolated.
  return window.width > tile ? resizeArea(window, tile, tile) : resizeBilinear(window, tile, tile);
}

/** The picture with 8 bits, for what looks at colours. */
export function rounded(picture: Picture): Raster {
  const { width, height, channels, data } = picture;
  if (data instanceof Uint8Array) return raster(width, height, channels, data);
  return raster(
    width,
    height,
    channels,
    Uint8Array.from(data, (value) => Math.round(value)),
  );
}
