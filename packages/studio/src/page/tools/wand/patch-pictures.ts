/** The pixels around the wand, blurred. One picture serves many places, so that a drag waits for the slide now and then only. */
import type { Raster } from '@ftuseg/core';
import type { FlatPolygon } from '../../../protocol/objects.js';
import type { Point, ToolContext } from '../tool.js';
import { blurred } from './blur.js';
import type { Patch } from './region.js';

/** Times the wand's reach from the middle of a picture to its edge. */
const MARGIN = 3;

interface Picture {
  /** Level-0 pixels of its top left corner. */
  readonly x: number;
  readonly y: number;
  readonly downsample: number;
  readonly raster: Raster<Float32Array>;
}

export interface PatchPicture {
  readonly picture: Raster<Float32Array>;
  readonly patch: Patch;
  /** From pixels of the picture to level-0 pixels. */
  readonly toSlide: (polygons: readonly FlatPolygon[]) => FlatPolygon[];
}

export class PatchPictures {
  readonly #context: ToolContext;
  #last: Picture | undefined;

  constructor(context: ToolContext) {
    this.#context = context;
  }

  /**
   * @param at level-0 pixels, on the slide
   * @param reach level-0 pixels
   * @throws what the slide's pixels throw
   */
  async around(at: Point, reach: number): Promise<PatchPicture> {
    const downsample = Math.max(1, this.#context.pixelsPerScreenPixel());
    let picture = this.#last;
    if (picture === undefined || picture.downsample !== downsample || !holds(picture, at, reach, this.#context.slide)) {
      picture = await this.#read(at, reach, downsample);
      this.#last = picture;
    }
    const { x, y, raster } = picture;
    const inside = (value: number, length: number): number =>
      Math.min(length - 1, Math.max(0, Math.floor(value / downsample)));
    return {
      picture: raster,
      patch: {
        x: inside(at.x - x, raster.width),
        y: inside(at.y - y, raster.height),
        radius: Math.max(1, reach / downsample),
      },
      toSlide: (polygons) =>
        polygons.map((rings) =>
          rings.map((ring) => ring.map((value, i) => value * downsample + (i % 2 === 0 ? x : y))),
        ),
    };
  }

  async #read(at: Point, reach: number, downsample: number): Promise<Picture> {
    const { slide } = this.#context;
    const [left, top] = [Math.floor(at.x - MARGIN * reach), Math.floor(at.y - MARGIN * reach)];
    const [x, y] = [Math.max(0, left), Math.max(0, top)];
    const side = Math.ceil(2 * MARGIN * reach);
    const rect = {
      x,
      y,
      width: Math.max(1, Math.min(slide.width, left + side) - x),
      height: Math.max(1, Math.min(slide.height, top + side) - y),
    };
    return { x, y, downsample, raster: blurred(await this.#context.pixels(rect, downsample)) };
  }
}

/** Whether all of a place's surroundings that lie on the slide lie in the picture. */
function holds({ x, y, downsample, raster }: Picture, at: Point, reach: number, slide: ToolContext['slide']): boolean {
  const [right, bottom] = [x + raster.width * downsample, y + raster.height * downsample];
  return (
    (x === 0 || at.x - reach >= x) &&
    (y === 0 || at.y - reach >= y) &&
    (right >= slide.width || at.x + reach <= right) &&
    (bottom >= slide.height || at.y + reach <= bottom) &&
    at.x < right &&
    at.y < bottom
  );
}
