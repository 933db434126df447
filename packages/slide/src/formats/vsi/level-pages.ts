/**
 * A level as a page of tiles where its grid begins at the corner of the picture; else, or where what is missing has a colour, tiles are placed one by one.
 */
import type { ByteSource } from '../../source/byte-source.js';
import { indexTiles } from '../placed/tile-index.js';
import { type BlockPlace, PLAIN_SAMPLES, type TiffLevel, type TiffPage } from '../tiff/page.js';
import type { ReadableHeader } from './ets-header.js';
import type { VsiLevel } from './levels.js';
import type { TileCodec } from './tile-codec.js';
import type { TileTable } from './tile-table.js';

export interface LevelPagesOptions {
  /** Where tiles lie; named as the slide in messages. */
  readonly source: ByteSource;
  readonly table: TileTable;
  readonly header: ReadableHeader;
  readonly codec: TileCodec;
}

type Rgb = readonly [red: number, green: number, blue: number];

export function tiffLevel(level: VsiLevel, options: LevelPagesOptions): TiffLevel {
  const { header } = options;
  const background = backgroundOf(header);
  const isGrey = background.every((value) => value === background[0]);
  const isWhole = level.tiles.length === level.places;
  const begins = level.origin.x === 0 && level.origin.y === 0;
  const { width, height, downsample } = level;
  const common = { width, height, downsample };
  if (begins && (isGrey || isWhole)) return { ...common, pages: [gridPage(level, background[0], options)] };
  const page = columnPage(level, options);
  const { tileWidth, tileHeight } = header;
  const tiles = level.tiles.map(({ column, row }, i) => ({
    page,
    from: { x: 0, y: i * tileHeight },
    at: { x: column * tileWidth + level.origin.x, y: row * tileHeight + level.origin.y },
    width: tileWidth,
    height: tileHeight,
  }));
  return { ...common, pages: [page], placed: { background, pages: [page], tilesIn: indexTiles(tiles) } };
}

function backgroundOf({ background, samples, isBlueFirst, compression }: ReadableHeader): Rgb {
  const [first = 255, second = 255, third = 255] = background;
  if (samples === 1) return [first, first, first];
  return isBlueFirst && compression === 'none' ? [third, second, first] : [first, second, third];
}

/** All tiles where they lie on the level. */
export function gridPage(level: VsiLevel, blank: number, options: LevelPagesOptions): TiffPage {
  const { width, height, tiles } = level;
  const { tileWidth, tileHeight } = options.header;
  const [across, down] = [Math.ceil(width / tileWidth), Math.ceil(height / tileHeight)];
  const numbers = new Map(tiles.map(({ column, row, number }) => [row * across + column, number]));
  const locate = async (index: number): Promise<BlockPlace> => placeOf(numbers.get(index), options);
  return { ...pageOf(level, options), width, height, across, down, blank, index: { length: across * down, locate } };
}

/** The tiles one below the other, in their order. */
function columnPage(level: VsiLevel, options: LevelPagesOptions): TiffPage {
  const { tiles } = level;
  const { tileWidth: width, tileHeight } = options.header;
  const locate = async (index: number): Promise<BlockPlace> => placeOf(tiles[index]?.number, options);
  const [height, down] = [tileHeight * tiles.length, tiles.length];
  return { ...pageOf(level, options), width, height, across: 1, down, blank: 255, index: { length: down, locate } };
}

function placeOf(tile: number | undefined, { table, source }: LevelPagesOptions): BlockPlace {
  if (tile === undefined) return { offset: 0, bytes: 0, source };
  return { offset: table.offsets[tile] ?? 0, bytes: table.bytes[tile] ?? 0, source };
}

/** What all pages have in common. */
function pageOf(level: VsiLevel, { header, codec }: LevelPagesOptions) {
  const { file, tileWidth, tileHeight, samples } = header;
  return {
    ...PLAIN_SAMPLES,
    name: `${file}, level ${level.number}`,
    blocks: 'tiles',
    blockWidth: tileWidth,
    blockHeight: tileHeight,
    codec: codec.codec,
    compression: codec.compression,
    photometric: codec.photometric,
    samples,
    bits: 8,
    usedBits: 8,
    planar: false,
    littleEndian: true,
  } as const satisfies Partial<TiffPage>;
}
