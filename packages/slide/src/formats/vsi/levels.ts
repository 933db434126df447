/**
 * Levels of a stack. Each is the one above halved, a begun pixel counting as one, whatever of it is stored: scanners leave blank tiles out, and Bio-Formats
 * cuts a level where its last tile ends, which changes the size and not the scale. A level is held against the first by places alone: it needs a tile over
 * every tile of the first, or it would show background for tissue.
 */
import { damagedVsi } from './errors.js';
import type { ReadableHeader } from './ets-header.js';
import type { Stack } from './stacks.js';
import type { TileTable } from './tile-table.js';

export interface VsiTile {
  readonly column: number;
  readonly row: number;
  /** In the table. */
  readonly number: number;
}

export interface VsiLevel {
  readonly number: number;
  /** Level-0 pixels per pixel. */
  readonly downsample: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Where the tile of column 0 and row 0 begins. */
  readonly origin: { readonly x: number; readonly y: number };
  /** Those that have a pixel in the picture. */
  readonly tiles: readonly VsiTile[];
  /** Places of tiles in the picture. */
  readonly places: number;
}

export interface VsiLevels {
  /** Finest first. */
  readonly levels: readonly [VsiLevel, ...VsiLevel[]];
  /** In clauses. */
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

/** Of a picture, pixels: a glass of 75 mm at 0.05 micrometres, and more. */
const MAX_SIDE = 1 << 21;
const MAX_LEVELS = 22;
/** Places of tiles on a level. */
const MAX_PLACES = 1 << 24;
/** Rows lie this far apart in the key of a place. */
const ROW = 2 ** 23;

const keyOf = (column: number, row: number): number => row * ROW + column;

/** @throws {SlideError} `bad-input` for tiles that share a place or lie beside the picture */
export function findLevels(
  table: TileTable,
  tiles: Int32Array,
  header: ReadableHeader,
  stack: Stack,
  subject: string,
): VsiLevels {
  const { file } = header;
  const fail = (problem: string) => damagedVsi(subject, `${file}: ${problem}`);
  const size = sizeOf(header, stack, fail);
  const groups = groupByLevel(table, tiles, fail);
  const levels = groups.map((group, number) => levelOf(group, number, { header, stack, size, fail }));
  const [base, ...coarser] = levels;
  if (base === undefined || base.tiles.length === 0) throw fail('it has no tile of the first level');
  const notes: string[] = [];
  if (base.tiles.length < base.places) {
    const share = Math.round((100 * base.tiles.length) / base.places);
    notes.push(
      `${base.tiles.length} of ${base.places} tiles (${share} %) are stored; the others are shown in the background colour`,
    );
  }
  const held = coarser.map((level) => ({ level, ...compared(base, level, header) }));
  for (const { level, missing, needed } of held.filter((one) => one.missing > 0)) {
    notes.push(`a level of downsample ${level.downsample} that lacks ${missing} of ${needed} tiles, which is not used`);
  }
  const used = held.filter(({ missing }) => missing === 0);
  // Of several levels the finest says it.
  const more = used.find(({ surplus }) => surplus > 0);
  return {
    levels: [base, ...used.map(({ level }) => level)],
    notes,
    warnings: more === undefined ? [] : [surplusNote(more)],
  };
}

const surplusNote = ({ level, surplus }: { readonly level: VsiLevel; readonly surplus: number }): string =>
  `${surplus} of ${level.tiles.length} tiles of the level of downsample ${level.downsample} show what the first level has no tile of: it shows background there`;

/** The .vsi and the .ets both state the size, or one of them does. */
function sizeOf({ size }: ReadableHeader, stack: Stack, fail: (problem: string) => Error) {
  const stated = size ?? stack.size;
  if (stated === undefined) throw fail('neither it nor the .vsi says how many pixels the picture has');
  const { width, height } = stack.size ?? stated;
  if (stated.width !== width || stated.height !== height) {
    throw fail(`it has ${stated.width} x ${stated.height} pixels, of which the .vsi says ${width} x ${height}`);
  }
  if (width <= MAX_SIDE && height <= MAX_SIDE) return { width, height };
  throw fail(`${width} x ${height} pixels are impossible`);
}

/** @returns tiles of each level up to the first that has none */
function groupByLevel(
  { coordinates, perTile }: TileTable,
  tiles: Int32Array,
  fail: (problem: string) => Error,
): readonly (readonly VsiTile[])[] {
  const groups = new Map<number, { readonly tiles: VsiTile[]; readonly taken: Set<number> }>();
  for (const number of tiles) {
    const at = number * perTile;
    const [column = 0, row = 0, level = 0] = [coordinates[at], coordinates[at + 1], coordinates[at + perTile - 1]];
    if (level < 0 || level >= MAX_LEVELS) throw fail(`tile ${number} is of level ${level}, which is impossible`);
    if (Math.max(Math.abs(column), Math.abs(row)) >= MAX_SIDE) throw fail(`tile ${number} lies beside the picture`);
    const group = groups.get(level) ?? { tiles: [], taken: new Set() };
    groups.set(level, group);
    const key = keyOf(column, row);
    if (group.taken.has(key)) throw fail(`two tiles of level ${level} lie at column ${column} and row ${row}`);
    group.taken.add(key);
    group.tiles.push({ column, row, number });
  }
  const found: (readonly VsiTile[])[] = [];
  for (let level = 0; groups.has(level); level++) found.push(groups.get(level)?.tiles ?? []);
  if (found.length < groups.size)
    throw fail(`it has tiles of level ${Math.max(...groups.keys())} and none of level ${found.length}`);
  return found;
}

interface LevelOptions {
  readonly header: ReadableHeader;
  readonly stack: Stack;
  readonly size: { readonly width: number; readonly height: number };
  readonly fail: (problem: string) => Error;
}

function levelOf(tiles: readonly VsiTile[], number: number, { header, stack, size, fail }: LevelOptions): VsiLevel {
  const { tileWidth, tileHeight } = header;
  const downsample = 2 ** number;
  const [width, height] = [Math.ceil(size.width / downsample), Math.ceil(size.height / downsample)];
  const origin = { x: nearest(stack.origin.x / downsample), y: nearest(stack.origin.y / downsample) };
  const inside = tiles.filter((tile) => {
    const { isSeen, isNear } = reachOf(tile, { width, height, origin }, header);
    if (isSeen || isNear) return isSeen;
    const { column, row } = tile;
    throw fail(
      `the tile at column ${column} and row ${row} of level ${number} lies beside the ${width} x ${height} pixels`,
    );
  });
  const places = placesOn(origin.x, tileWidth, width) * placesOn(origin.y, tileHeight, height);
  if (places > MAX_PLACES) throw fail(`tiles of ${tileWidth} x ${tileHeight} pixels are too small for its picture`);
  return { number, downsample, width, height, origin, tiles: inside, places };
}

/**
 * Whether a tile has a pixel in the picture of its level, and whether it may lie beside it: where the grid does not begin at the corner of the picture, tiles
 * at its border may miss it by less than a tile.
 */
function reachOf(
  { column, row }: Pick<VsiTile, 'column' | 'row'>,
  { width, height, origin }: Pick<VsiLevel, 'width' | 'height' | 'origin'>,
  { tileWidth, tileHeight }: ReadableHeader,
): { readonly isSeen: boolean; readonly isNear: boolean } {
  const across = overlap(column * tileWidth + origin.x, tileWidth, width);
  const down = overlap(row * tileHeight + origin.y, tileHeight, height);
  const slackX = origin.x % tileWidth === 0 ? 0 : tileWidth;
  const slackY = origin.y % tileHeight === 0 ? 0 : tileHeight;
  return { isSeen: across > 0 && down > 0, isNear: across > -slackX && down > -slackY };
}

/** To the nearest pixel, halves towards 0: so level 0 averaged shows it, while Bio-Formats cuts what is behind the point. */
function nearest(value: number): number {
  const rounded = Math.sign(value) * Math.ceil(Math.abs(value) - 0.5);
  return rounded === 0 ? 0 : rounded;
}

/** Pixels of an interval that lie within a side; negative, how far it lies beside it. */
const overlap = (start: number, length: number, side: number): number =>
  Math.min(start + length, side) - Math.max(start, 0);

const placesOn = (origin: number, tile: number, side: number): number =>
  Math.ceil((side - origin) / tile) - Math.floor(-origin / tile);

/** What a level has of the places that the tiles of the first lie on, and beside them. */
function compared(base: VsiLevel, level: VsiLevel, header: ReadableHeader) {
  const needed = new Set<number>();
  for (const tile of base.tiles) {
    const over = { column: Math.floor(tile.column / level.downsample), row: Math.floor(tile.row / level.downsample) };
    // What is less than a pixel of this level may lie beside it.
    if (reachOf(over, level, header).isSeen) needed.add(keyOf(over.column, over.row));
  }
  const found = new Set(level.tiles.map(({ column, row }) => keyOf(column, row)));
  let missing = 0;
  for (const place of needed) if (!found.has(place)) missing++;
  return { needed: needed.size, missing, surplus: found.size - (needed.size - missing) };
}
