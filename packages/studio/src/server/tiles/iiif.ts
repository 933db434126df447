/**
 * IIIF Image API 3 at level 0: the same tiles at the addresses that other viewers know. Source: https://iiif.io/api/image/3.0/, sections 4, 5 and
 * "Compliance Level 0".
 */
import { HTTPException } from 'hono/http-exception';
import type { Place, TileGrid } from '../../tiles/tile-grid.js';
import { coordinate } from './coordinates.js';

/** What a request asks for. */
export type IiifImage =
  | { readonly kind: 'tile'; readonly place: Place }
  | { readonly kind: 'whole'; readonly level: number };

/**
 * @param id absolute address of the picture
 * @param finest number of the finest level that can be had whole
 */
export function iiifInfo(id: string, { width, height, tileSize, levels }: TileGrid, finest: number): object {
  const largest = levels[finest];
  return {
    '@context': 'http://iiif.io/api/image/3/context.json',
    id,
    type: 'ImageService3',
    protocol: 'http://iiif.io/api/image',
    profile: 'level0',
    width,
    height,
    maxWidth: largest?.width ?? 1,
    maxHeight: largest?.height ?? 1,
    sizes: levels.slice(0, finest + 1).map((level) => ({ width: level.width, height: level.height })),
    tiles: [{ width: tileSize, height: tileSize, scaleFactors: levels.map(({ factor }) => factor).toReversed() }],
    preferredFormats: ['jpg'],
  };
}

function refuse(what: string): HTTPException {
  return new HTTPException(400, { message: `${what}; info.json names the tiles and sizes that there are` });
}

/** Width and height as `w,h`, or `w,` as version 2 of the API has it; undefined for `max`. */
function sizeOf(text: string): { readonly width: number; readonly height: number | undefined } | undefined {
  if (text === 'max') return undefined;
  const [, width, height] = /^(\d+),(\d*)$/.exec(text) ?? [];
  if (width === undefined) throw refuse(`"${text.slice(0, 40)}" is no size of this picture`);
  return {
    width: coordinate(width, 'the width'),
    height: height === '' ? undefined : coordinate(height, 'the height'),
  };
}

/**
 * @param region `full` or `x,y,w,h` in level-0 pixels
 * @param size `max`, `w,h` or `w,`
 * @throws HTTPException 400 for what level 0 does not have
 */
export function iiifImage(region: string, size: string, grid: TileGrid, finest: number): IiifImage {
  const wanted = sizeOf(size);
  const fits = ({ width, height }: { readonly width: number; readonly height: number }): boolean =>
    wanted === undefined || (wanted.width === width && (wanted.height ?? height) === height);
  if (region === 'full') {
    const level = wanted === undefined ? finest : grid.levels.findIndex(fits);
    if (level < 0 || level > finest) throw refuse('the whole picture is not given at this size');
    return { kind: 'whole', level };
  }
  const numbers = region.split(',').map((text) => coordinate(text, 'the region'));
  const [x = 0, y = 0, width = 0, height = 0] = numbers;
  if (numbers.length !== 4) throw refuse('a region has four numbers');
  const { tileSize, levels } = grid;
  for (const [level, { factor }] of levels.entries()) {
    const side = tileSize * factor;
    const aligned = x % side === 0 && y % side === 0 && x < grid.width && y < grid.height;
    const [right, bottom] = [Math.min(side, grid.width - x), Math.min(side, grid.height - y)];
    const scaled = { width: Math.ceil(right / factor), height: Math.ceil(bottom / factor) };
    if (aligned && width === right && height === bottom && fits(scaled) && (wanted !== undefined || factor === 1)) {
      return { kind: 'tile', place: { level, column: x / side, row: y / side } };
    }
  }
  throw refuse('this is no tile of the picture');
}
