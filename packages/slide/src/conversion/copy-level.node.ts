/** A level whose tiles are written as they lie in the slide's own file. */
import type { Slide, SlideTile } from '../slide.js';
import { encodeOne } from './encode-one.node.js';
import type { LevelOutput } from './level-sink.js';
import { type PlannedLevel, readCodedTile } from './plan-levels.js';
import type { TileCounts } from './tile-counts.js';
import { sameForm } from './tile-form.js';

/** Tiles that are read at one time. */
const AT_ONCE = 16;

/** A tile of the slide's level `level` that has not the level's form, and cannot be given it. */
export class NotOfOneForm extends Error {
  readonly level: number;

  constructor(level: number, where: string) {
    super(`${where} is missing, damaged or of another form than the others`);
    this.level = level;
  }
}

export interface CopyOptions {
  /** Of tiles that are compressed here. */
  readonly quality: number;
  readonly signal: AbortSignal | undefined;
  readonly counts: TileCounts;
  /** Told the share that is done, 0 to 1. */
  readonly onShare: (share: number) => void;
}

/**
 * A tile that is not handed out, such as one that was never written, is compressed here.
 * @throws {NotOfOneForm} where that cannot be
 */
export async function copyLevel(
  slide: Slide,
  level: PlannedLevel,
  number: number,
  output: LevelOutput,
  options: CopyOptions,
): Promise<void> {
  const [across, down] = [Math.ceil(level.width / level.blockWidth), Math.ceil(level.height / level.blockHeight)];
  const count = across * down;
  for (let first = 0; first < count; first += AT_ONCE) {
    const tiles = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) =>
      tileOf(
        slide,
        level,
        { level: number, column: (first + i) % across, row: Math.floor((first + i) / across) },
        options,
      ),
    );
    // All of them end, also after a failure: none may go on reading behind the caller's back.
    const ended = await Promise.allSettled(tiles);
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    await output.append(await Promise.all(tiles));
    options.onShare((first + tiles.length) / count);
  }
}

async function tileOf(
  slide: Slide,
  planned: PlannedLevel,
  tile: SlideTile,
  { quality, signal, counts }: CopyOptions,
): Promise<Uint8Array> {
  const coded = await readCodedTile(slide, tile, signal);
  if (coded !== undefined && sameForm(coded.form, planned.form)) {
    counts.copied++;
    return coded.data;
  }
  const { width, height, blockWidth, blockHeight } = planned;
  const [left, top] = [tile.column * blockWidth, tile.row * blockHeight];
  const [columns, rows] = [Math.min(blockWidth, width - left), Math.min(blockHeight, height - top)];
  const pixels = await slide.readRows({ width, height, left, top, columns, rows }, { signal });
  const encoded = await encodeOne(pixels, planned, planned.form, quality);
  if (encoded === undefined) {
    throw new NotOfOneForm(tile.level, `its tile in column ${tile.column}, row ${tile.row}`);
  }
  counts.encoded++;
  return encoded;
}
