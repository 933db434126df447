/** One pass over a picture or labels from top to bottom: strips of it, and of its halves, down to the smallest level. */
import type { Raster } from '@ftuseg/core';
import { type LevelShape, LevelWriter, type Strip } from '../pyramid/level-writer.js';
import { halveStrip } from '../pyramid/tile-encoder.node.js';

export interface PassLevel {
  readonly width: number;
  readonly height: number;
  /** Rows of a strip, an even number. */
  readonly rows: number;
  /** How often the sides of the level above are halved; of no meaning for the first. */
  readonly times: number;
  /** Takes the next strip; undefined for a level that is only on the way. */
  readonly onStrip: ((strip: Strip, shape: LevelShape) => Promise<void>) | undefined;
}

/**
 * @param bands of the first level, new ones each time; 1 or 3 channels
 * @param content labels are never averaged
 */
export async function halvingPass(
  bands: AsyncIterable<Raster>,
  levels: readonly PassLevel[],
  channels: 1 | 3,
  content: 'picture' | 'labels',
): Promise<void> {
  const steps = stepsOf(levels, channels);
  const push = async (band: Raster, number: number): Promise<void> => {
    const step = steps[number];
    if (step === undefined) return;
    const { writer, onStrip } = step;
    for (const strip of writer.push(band)) {
      await onStrip?.(strip, writer.shape);
      if (number + 1 < steps.length) await push(await halveStrip(strip.pixels, content), number + 1);
    }
  };
  for await (const band of bands) await push(band, 0);
  const [first] = steps;
  if (first !== undefined && first.writer.taken !== first.writer.length) {
    throw new RangeError(`the bands end after ${first.writer.taken} of ${first.writer.length} rows`);
  }
}

interface Step extends Pick<PassLevel, 'onStrip'> {
  readonly writer: LevelWriter;
}

function stepsOf(levels: readonly PassLevel[], channels: 1 | 3): Step[] {
  const steps: Step[] = [];
  for (const { width, height, rows, times, onStrip } of levels) {
    const above = steps.at(-1)?.writer.shape;
    for (let i = 1; above !== undefined && i < times; i++) {
      const [across, down] = [Math.ceil(above.width / 2 ** i), Math.ceil(above.height / 2 ** i)];
      const shape = { width: across, height: down, channels, tileSize: rows, order: 'rows' } as const;
      steps.push({ writer: new LevelWriter(shape), onStrip: undefined });
    }
    steps.push({ writer: new LevelWriter({ width, height, channels, tileSize: rows, order: 'rows' }), onStrip });
  }
  return steps;
}
