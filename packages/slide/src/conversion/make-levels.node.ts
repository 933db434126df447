/** Levels that are compressed anew: the slide's pixels at one size, and halves of them down to the smallest, in one pass. */
import { FtuError, type Raster } from '@ftuseg/core';
import type { LevelShape, Strip } from '../pyramid/level-writer.js';
import { encodeTile } from '../pyramid/tile-encoder.node.js';
import type { Slide } from '../slide.js';
import { bandsOf } from './bands-of.js';
import { inColours } from './encode-one.node.js';
import { halvingPass, type PassLevel } from './halving-pass.node.js';
import type { LevelOutput } from './level-sink.js';
import type { PlannedLevel } from './plan-levels.js';
import type { TileCounts } from './tile-counts.js';
import type { TileForm } from './tile-form.js';

/** Tiles that are compressed at one time. */
const AT_ONCE = 16;
/** Rows of a level that is only read. */
const READ_ROWS = 256;

export interface MadeLevel {
  readonly level: PlannedLevel;
  /** Undefined for one that is only read, because its tiles are taken over. */
  readonly output: LevelOutput | undefined;
  readonly counts: TileCounts;
}

export interface MakeOptions {
  readonly quality: number;
  readonly signal: AbortSignal | undefined;
  /** Told the share that is done, 0 to 1. */
  readonly onShare: (share: number) => void;
}

/** @param levels the one that is read from the slide, and those that are its halves, in order */
export async function makeLevels(
  slide: Slide,
  levels: readonly [MadeLevel, ...MadeLevel[]],
  { quality, signal, onShare }: MakeOptions,
): Promise<void> {
  const [{ level: head }] = levels;
  const { colours } = (levels.at(-1) ?? levels[0]).level.form;
  const steps = levels.map(({ level, output, counts }): PassLevel => {
    const { width, height, blockHeight, from, form } = level;
    const onStrip = async (strip: Strip, shape: LevelShape): Promise<void> => {
      if (output === undefined) return;
      const tiles = await writeStrip(strip, shape, output, { form, quality, signal });
      counts.encoded += tiles;
    };
    const times = from.kind === 'halved' ? from.times : 0;
    return { width, height, rows: output === undefined ? READ_ROWS : blockHeight, times, onStrip };
  });
  async function* bands(): AsyncGenerator<Raster> {
    for await (const { band, share } of bandsOf(slide, head, steps[0]?.rows ?? READ_ROWS, signal)) {
      yield inColours(band, colours);
      onShare(share);
    }
  }
  await halvingPass(bands(), steps, colours === 'grey' ? 1 : 3, 'picture');
}

interface StripOptions extends Pick<MakeOptions, 'quality' | 'signal'> {
  readonly form: TileForm;
}

/**
 * @returns the number of tiles
 * @throws FtuError `cancelled` between some tiles: a strip of a wide slide takes seconds
 */
async function writeStrip(
  strip: Strip,
  shape: LevelShape,
  output: LevelOutput,
  { form, quality, signal }: StripOptions,
): Promise<number> {
  const { width, tileSize, channels } = shape;
  const tiles = Math.ceil(width / tileSize);
  const compression = form.codec === 'deflate' ? 'deflate' : 'jpeg';
  const encoding = { compression, quality, predictor: compression === 'deflate', channels, tileSize, form } as const;
  for (let first = 0; first < tiles; first += AT_ONCE) {
    if (signal?.aborted) throw new FtuError('cancelled', 'stopped while writing a slide');
    const count = Math.min(AT_ONCE, tiles - first);
    await output.append(
      await Promise.all(Array.from({ length: count }, (_, i) => encodeTile(strip, first + i, shape, encoding))),
    );
  }
  return tiles;
}
