/** Slides that a worker has open: the last few, with what tiles are cut from. */
import { type Raster, resizeArea } from '@ftuseg/core';
import { ByteCache, displayColours, halve, type Slide } from '@ftuseg/slide/browser';
import type { TileColours } from '../../../protocol/slides.js';
import { finestLevel, MAX_OVERVIEW_BYTES, Overviews, overviewBytes } from '../../../tiles/overview.js';
import { readTile } from '../../../tiles/read-tile.js';
import { ShownColours } from '../../../tiles/shown-colours.js';
import { type TileGrid, tileBox, tileGrid } from '../../../tiles/tile-grid.js';
import { openFile } from './open-file.js';
import type { SlideFacts, SlideFile } from './slide-methods.js';

const MAX_OPEN = 3;

interface OpenSlide {
  readonly slide: Slide;
  readonly grid: TileGrid;
  readonly finest: number;
}

export class OpenSlides {
  readonly #open = new Map<string, Promise<OpenSlide>>();
  readonly #colours = new ShownColours(displayColours);
  readonly #overviews = new Overviews(
    (picture) => halve(picture, 'mean'),
    new ByteCache(MAX_OVERVIEW_BYTES, overviewBytes),
  );

  async facts(asked: SlideFile): Promise<SlideFacts> {
    const { slide, grid, finest } = await this.#of(asked);
    const { width, height, bounds, micronsPerPixel, pixelSize, info } = slide;
    const square = micronsPerPixel === undefined ? undefined : { x: micronsPerPixel, y: micronsPerPixel };
    const { format, warnings } = info;
    const said = warnings === undefined ? {} : { warnings };
    const colours = await this.#colours.useOf(slide);
    const { tileSize } = grid;
    return { width, height, bounds, pixelSize: pixelSize ?? square, format, ...said, colours, tileSize, finest };
  }

  /** RGB. @returns undefined for a place that the slide does not have */
  async tile(
    asked: SlideFile,
    place: { readonly level: number; readonly column: number; readonly row: number },
    colours: TileColours,
    signal: AbortSignal,
  ): Promise<Raster | undefined> {
    const { slide, grid, finest } = await this.#of(asked);
    const box = tileBox(grid, place);
    if (box === undefined) return undefined;
    const small = async (): Promise<Raster | undefined> =>
      place.level > finest ? undefined : (await this.#overviews.of(asked.id, slide, grid, signal)).level(place.level);
    const pixels = await readTile(slide, box, small, signal);
    return colours === 'stored' ? pixels : this.#shown(slide, pixels);
  }

  /** In sRGB. @param side of the longer edge at most, pixels */
  async thumbnail(asked: SlideFile, side: number, signal: AbortSignal): Promise<Raster | undefined> {
    const { slide, grid } = await this.#of(asked);
    const overview = await this.#overviews.of(asked.id, slide, grid, signal);
    const fitting = grid.levels.findIndex(({ width, height }) => Math.max(width, height) >= side);
    const picture = overview.level(Math.min(fitting < 0 ? overview.finest : fitting, overview.finest));
    if (picture === undefined) return undefined;
    const shrink = Math.max(1, Math.max(picture.width, picture.height) / side);
    if (shrink === 1) return this.#shown(slide, picture);
    const length = (pixels: number): number => Math.max(1, Math.round(pixels / shrink));
    return this.#shown(slide, resizeArea(picture, length(picture.width), length(picture.height)));
  }

  async #shown(slide: Slide, picture: Raster): Promise<Raster> {
    return (await this.#colours.recolourOf(slide))?.(picture) ?? picture;
  }

  #of({ id, source, name }: SlideFile): Promise<OpenSlide> {
    const known = this.#open.get(id);
    if (known !== undefined) {
      this.#open.delete(id);
      this.#open.set(id, known);
      return known;
    }
    const opening = openFile({ name, source }).then((slide) => {
      const grid = tileGrid(slide);
      return { slide, grid, finest: finestLevel(slide, grid) };
    });
    this.#open.set(id, opening);
    opening.catch(() => this.#open.delete(id));
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN && oldest !== undefined) {
      void this.#open.get(oldest)?.then(({ slide }) => slide.close());
      this.#open.delete(oldest);
    }
    return opening;
  }
}
