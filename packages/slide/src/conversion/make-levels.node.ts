/** Levels that are compressed anew: the slide's pixels at one size, and halves of them down to the smallest, in one pass. */
import type { Raster } from '@ftuseg/core';
import { type LevelShape, LevelWriter, type Strip } from '../pyramid/level-writer.js';
import { encodeTile, halveStrip } from '../pyramid/tile-encoder.node.js';
import type { Slide } from '../slide.js';
import { bandsOf } from './bands-of.js';
import { inColours } from './encode-one.node.js';
import type { LevelOutput } from './level-sink.js';
import type { PlannedLevel } from './plan-levels.js';
import type { TileCounts } from './tile-counts.js';

/** Tiles that are compressed at one time. */
const AT_ONCE = 16;

export interface MadeLevel {
  readonly level: PlannedLevel;
  /** Undefined for one that is only read, because its tiles are taken over. */
  readonly output: LevelOutput | undefined;
}

export interface MakeOptions {
  readonly quality: number;
  readonly signal: AbortSignal | undefined;
  readonly counts: TileCounts;
  readonly onShare: (share: number) => void;
}

/** One halving of the pass. */
interface Step {
  readonly writer: LevelWriter;
  /** Undefined for a size between two levels, or of one that is only read. */
  readonly made: MadeLevel | undefined;
}

/** @param levels the one that is read from the slide, and those that are its halves, in order */
export async function makeLevels(
  slide: Slide,
  levels: readonly [MadeLevel, ...MadeLevel[]],
  { quality, signal, counts, onShare }: MakeOptions,
): Promise<void> {
  const [{ level: head }] = levels;
  const { colours } = levels[levels.length - 1]?.level.form ?? head.form;
  const channels = colours === 'grey' ? 1 : 3;
  const steps = stepsOf(levels, channels);
  const push = async (band: Raster, number: number): Promise<void> => {
    const step = steps[number];
    if (step === undefined) return;
    for (const strip of step.writer.push(band)) {
      if (step.made?.output !== undefined) {
        const tiles = await writeStrip(step.writer.shape, step.made.level, step.made.output, strip, quality);
        counts.encoded += tiles;
      }
      if (number + 1 < steps.length) await push(await halveStrip(strip.pixels, 'picture'), number + 1);
    }
  };
  const rows = steps[0]?.writer.shape.tileSize ?? 0;
  for await (const { band, share } of bandsOf(slide, head, rows, signal)) {
    await push(inColours(band, colours), 0);
    onShare(share);
  }
}

function stepsOf(levels: readonly MadeLevel[], channels: 1 | 3): Step[] {
  const steps: Step[] = [];
  for (const made of levels) {
    const { width, height, blockWidth, from } = made.level;
    const above = steps.at(-1)?.writer.shape;
    const between = above !== undefined && from.kind === 'halved' ? from.times - 1 : 0;
    for (let i = 1; i <= between && above !== undefined; i++) {
      const [across, down] = [Math.ceil(above.width / 2 ** i), Math.ceil(above.height / 2 ** i)];
      const shape = { width: across, height: down, channels, tileSize: blockWidth, order: 'rows' } as const;
      steps.push({ writer: new LevelWriter(shape), made: undefined });
    }
    // Strips of an even height, so that halves of strips are halves of the level.
    const tileSize = made.output === undefined ? READ_ROWS : blockWidth;
    steps.push({ writer: new LevelWriter({ width, height, channels, tileSize, order: 'rows' }), made });
  }
  return steps;
}

/** Rows of a level that is only read. */
const READ_ROWS = 256;

/** @returns the number of tiles */
async function writeStrip(
  shape: LevelShape,
  { form }: PlannedLevel,
  output: LevelOutput,
  strip: Strip,
  quality: number,
): Promise<number> {
  const { width, tileSize, channels } = shape;
  const tiles = Math.ceil(width / tileSize);
  const compression = form.codec === 'deflate' ? 'deflate' : 'jpeg';
  const encoding = { compression, quality, predictor: compression === 'deflate', channels, tileSize, form } as const;
  for (let first = 0; first < tiles; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, tiles - first);
    await output.append(
      await Promise.all(Array.from({ length: count }, (_, i) => encodeTile(strip, first + i, shape, encoding))),
    );
  }
  return tiles;
}
