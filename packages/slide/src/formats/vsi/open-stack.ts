/** A stack with its .ets, from what the tags say of it to pages of tiles. */
import type { Codec } from '../../codecs/codec.js';
import type { ByteSource } from '../../source/byte-source.js';
import { refuseBomb } from '../decoded-size.js';
import type { TiffLevel } from '../tiff/page.js';
import { checkReadable, type EtsHeader } from './ets-header.js';
import type { LevelPagesOptions } from './level-pages.js';
import { tiffLevel } from './level-pages.js';
import { findLevels, type VsiLevel } from './levels.js';
import { pickPlane } from './pick-plane.js';
import type { Stack } from './stacks.js';
import { tileCodec } from './tile-codec.js';
import { readTileTable } from './tile-table.js';

export interface StackFile {
  readonly stack: Stack;
  /** The .ets under the name of the slide. */
  readonly source: ByteSource;
  readonly header: EtsHeader;
}

export interface OpenStack {
  readonly levels: readonly [TiffLevel, ...TiffLevel[]];
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

/** Of a tile, by which the colours of JPEGs are known. */
const FIRST_BYTES = 1 << 16;

/** @throws {SlideError} `bad-input` for what is damaged or contradicts itself, `unsupported` for other kinds of pixels */
export async function openStack({ stack, source, header }: StackFile, codecs: readonly Codec[]): Promise<OpenStack> {
  const { name: subject } = source;
  const readable = checkReadable(header, subject);
  const table = await readTileTable(source, readable, subject);
  const { tileWidth, tileHeight, samples } = readable;
  const plane = pickPlane(table, readable, stack, subject);
  const { levels, notes, warnings } = findLevels(table, plane.tiles, readable, stack, subject);
  const tiles = levels.reduce((sum, level) => sum + level.tiles.length, 0);
  refuseBomb(`${readable.file}: `, tiles * tileWidth * tileHeight * samples, source);
  const [smallest] = levels[levels.length - 1]?.tiles ?? [];
  const number = smallest?.number ?? 0;
  const bytes = Math.min(table.bytes[number] ?? 0, FIRST_BYTES);
  const codec = tileCodec(readable, await source.read(table.offsets[number] ?? 0, bytes), codecs, subject);
  const options: LevelPagesOptions = { source, table, header: readable, codec };
  const [base, ...coarser] = levels;
  const made = (level: VsiLevel): TiffLevel => tiffLevel(level, options);
  return {
    levels: [made(base), ...coarser.map(made)],
    notes: [...plane.notes, ...notes],
    warnings,
  };
}
