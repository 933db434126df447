/** Pixels of a rectangle of the slide, put together from the tiles that the viewer shows: for tools that look at colours. */
import { type Raster, type Rect, raster } from '@ftuseg/core';
import type { SlideDetail, TileColours } from '../../protocol/slides.js';
import type { Backend } from '../backend/backend.js';
import { highestLevel, lowestLevel } from './deep-zoom.js';

/** Tiles of one rectangle: a tool that asks for more asks for a whole slide. */
const MAX_TILES = 64;

type TileBackend = Pick<Backend, 'tile' | 'tilePixels'>;

async function loadTile(
  backend: TileBackend,
  slide: string,
  [level, x, y]: readonly [number, number, number],
  colours: TileColours,
) {
  if (backend.tilePixels !== undefined) {
    const bitmap = await backend.tilePixels(slide, level, x, y, colours, new AbortController().signal);
    return { picture: bitmap, width: bitmap.width, height: bitmap.height };
  }
  const image = new Image();
  image.src = backend.tile(slide, level, x, y, colours);
  await image.decode();
  return { picture: image, width: image.naturalWidth, height: image.naturalHeight };
}

/**
 * @param rect level-0 pixels; what lies beyond the slide is white
 * @param downsample level-0 pixels per pixel of the answer, at least 1
 * @returns RGB, `ceil(width / downsample)` x `ceil(height / downsample)`
 * @throws {Error} if a tile cannot be read, or more than 64 would be needed
 */
export async function readPixels(
  backend: TileBackend,
  slide: SlideDetail,
  rect: Rect,
  downsample: number,
  colours: TileColours,
): Promise<Raster> {
  const [width, height] = [Math.ceil(rect.width / downsample), Math.ceil(rect.height / downsample)];
  const highest = highestLevel(slide);
  const level = Math.max(lowestLevel(slide), highest - Math.floor(Math.log2(downsample)));
  const side = slide.tileSize * 2 ** (highest - level);
  const last = (length: number): number => Math.ceil(length / side) - 1;
  const [left, right] = [
    Math.floor(Math.max(0, rect.x) / side),
    Math.min(last(slide.width), Math.floor((rect.x + rect.width) / side)),
  ];
  const [top, bottom] = [
    Math.floor(Math.max(0, rect.y) / side),
    Math.min(last(slide.height), Math.floor((rect.y + rect.height) / side)),
  ];
  const places: { readonly x: number; readonly y: number }[] = [];
  for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) places.push({ x, y });
  if (places.length > MAX_TILES) throw new Error('That is too large a part of the slide for this tool: zoom in.');

  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser cannot read the pixels of the slide.');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  const scale = 2 ** (highest - level) / downsample;
  const draw = async ({ x, y }: { readonly x: number; readonly y: number }): Promise<void> => {
    const tile = await loadTile(backend, slide.id, [level, x, y], colours);
    const [toX, toY] = [(x * side - rect.x) / downsample, (y * side - rect.y) / downsample];
    context.drawImage(tile.picture, toX, toY, tile.width * scale, tile.height * scale);
  };
  await Promise.all(places.map(draw));
  const { data } = context.getImageData(0, 0, width, height);
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    rgb[to] = data[from] ?? 0;
    rgb[to + 1] = data[from + 1] ?? 0;
    rgb[to + 2] = data[from + 2] ?? 0;
  }
  return raster(width, height, 3, rgb);
}
