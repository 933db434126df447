/** Levels that are compressed anew, each half of the one above, in one pass over the slide. */
import type { Raster } from '@ftuseg/core';
import { type LevelShape, LevelWriter, type Strip } from '../pyramid/level-writer.js';
import { encodeTile, halveStrip } from '../pyramid/tile-encoder.node.js';
import type { InstanceFile } from './instance-file.node.js';
import { beginLevel, type SeriesWriter } from './series-writer.node.js';

/** Tiles that are compressed at one time. */
const AT_ONCE = 16;

interface Level {
  readonly writer: LevelWriter;
  readonly file: InstanceFile;
}

/** One file for each level, down to the first that fits one tile. */
export async function compressLevels(series: SeriesWriter): Promise<void> {
  const { slide, tileSize, signal, onProgress } = series;
  const levels: Level[] = [];
  for (let { width, height } = slide; ; [width, height] = [Math.ceil(width / 2), Math.ceil(height / 2)]) {
    const grid = { width, height, blockWidth: tileSize, blockHeight: tileSize };
    const file = await beginLevel(series, levels.length, grid, 'YBR_FULL_422');
    levels.push({ writer: new LevelWriter({ width, height, channels: 3, tileSize, order: 'rows' }), file });
    if (width <= tileSize && height <= tileSize) break;
  }
  const push = async (band: Raster, number: number): Promise<void> => {
    const level = levels[number];
    if (level === undefined) return;
    for (const strip of level.writer.push(band)) {
      await writeStrip(level, strip, series.quality);
      if (number + 1 < levels.length) await push(await halveStrip(strip.pixels, 'picture'), number + 1);
    }
  };
  const { width, height } = slide;
  const read = (y: number): Promise<Raster> | undefined => {
    if (y >= height) return undefined;
    const band = slide.readRegion(
      { x: 0, y, width, height: Math.min(tileSize, height - y), downsample: 1 },
      { signal },
    );
    band.catch(() => undefined);
    return band;
  };
  let next = read(0);
  for (let y = 0; next !== undefined; y += tileSize) {
    const band: Raster = await next;
    // Read while this one is compressed.
    next = read(y + tileSize);
    await push(band, 0);
    onProgress(Math.min(1, (y + tileSize) / height));
  }
  for (const { file } of levels) await file.finish();
}

async function writeStrip({ writer, file }: Level, strip: Strip, quality: number): Promise<void> {
  const shape: LevelShape = writer.shape;
  const { width, tileSize, channels } = shape;
  const tiles = Math.ceil(width / tileSize);
  const encoding = { compression: 'jpeg', quality, predictor: false, channels, tileSize } as const;
  for (let first = 0; first < tiles; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, tiles - first);
    await file.append(
      await Promise.all(Array.from({ length: count }, (_, i) => encodeTile(strip, first + i, shape, encoding))),
    );
  }
}
