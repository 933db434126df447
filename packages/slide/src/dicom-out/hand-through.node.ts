/** Levels whose tiles are written as they lie in the slide's own file, which costs neither time nor quality. */
import type { LevelInfo, Slide, SlideTile } from '../slide.js';
import { encodeJpeg } from '../write-image.node.js';
import { baselineColours, type TileColours } from './baseline-tile.js';
import { filledTile } from './filled-tile.js';
import { beginLevel, type SeriesWriter } from './series-writer.node.js';

/** Tiles that are read at one time. */
const AT_ONCE = 16;

/** A tile that is not handed out, in a level whose colours are not those that are written here. */
export class NotHandedOut extends Error {}

/** Colours of each level's tiles; undefined for a slide without a pyramid of JPEG tiles. */
export async function coloursOfLevels(
  { info, readJpegTile }: Slide,
  signal: AbortSignal | undefined,
): Promise<TileColours[] | undefined> {
  if (readJpegTile === undefined || info.levels.length < 2) return undefined;
  const found: TileColours[] = [];
  for (const level of info.levels.keys()) {
    const tile = await readJpegTile({ level, column: 0, row: 0 }, { signal });
    const colours = tile === undefined ? undefined : baselineColours(tile);
    if (colours === undefined) return undefined;
    found.push(colours);
  }
  return found;
}

/**
 * One file for each level of the slide. A tile that is not handed out, such as one that was never written, is compressed here.
 * @throws {NotHandedOut} where that cannot be
 */
export async function handThrough(writer: SeriesWriter, colours: readonly TileColours[]): Promise<void> {
  const { slide, onProgress } = writer;
  const { levels } = slide.info;
  const total = levels.reduce((sum, { width, height }) => sum + width * height, 0);
  let done = 0;
  for (const [number, level] of levels.entries()) {
    const photometric = colours[number] ?? 'RGB';
    const file = await beginLevel(writer, number, level, photometric);
    const [across, down] = [Math.ceil(level.width / level.blockWidth), Math.ceil(level.height / level.blockHeight)];
    const count = across * down;
    for (let first = 0; first < count; first += AT_ONCE) {
      const tiles = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) =>
        tileOf(
          writer,
          { level: number, column: (first + i) % across, row: Math.floor((first + i) / across) },
          photometric,
        ),
      );
      await file.append(await Promise.all(tiles));
      onProgress((done + ((first + tiles.length) / count) * level.width * level.height) / total);
    }
    done += level.width * level.height;
    await file.finish();
  }
}

async function tileOf(
  { slide, quality, signal }: SeriesWriter,
  tile: SlideTile,
  photometric: TileColours,
): Promise<Uint8Array> {
  const handed = await slide.readJpegTile?.(tile, { signal });
  const colours = handed === undefined ? undefined : baselineColours(handed);
  if (handed !== undefined && colours === photometric) return handed;
  if (photometric !== 'YBR_FULL_422') throw new NotHandedOut();
  const { width, height, blockWidth, blockHeight } = slide.info.levels[tile.level] as LevelInfo;
  const [left, top] = [tile.column * blockWidth, tile.row * blockHeight];
  const [columns, rows] = [Math.min(blockWidth, width - left), Math.min(blockHeight, height - top)];
  const pixels = await slide.readRows({ width, height, left, top, columns, rows }, { signal });
  return encodeJpeg(filledTile(pixels, blockWidth, blockHeight), quality);
}
