/** The files of a series while they are written: none is under its name before all are whole. */
import { join } from 'node:path';
import type { PixelSize } from '@ftuseg/core';
import { openPending, type PendingFile } from '@ftuseg/files';
import type { LevelInfo, Slide } from '../slide.js';
import type { TileColours } from './baseline-tile.js';
import { InstanceFile } from './instance-file.node.js';
import type { SeriesFacts } from './slide-elements.js';
import { newUid } from './uid.js';

/** Size of a level and of its tiles. */
export type LevelGrid = Pick<LevelInfo, 'width' | 'height' | 'blockWidth' | 'blockHeight'>;

export interface SeriesWriter {
  readonly folder: string;
  readonly slide: Slide;
  /** Of tiles that are compressed here, 1 to 100. */
  readonly quality: number;
  /** Side of tiles that are compressed here. */
  readonly tileSize: number;
  readonly signal: AbortSignal | undefined;
  /** Called with the share that is done, 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly series: SeriesFacts;
  /** Of level 0. */
  readonly microns: PixelSize;
  /** Files that are not yet under their names. */
  readonly pending: Map<string, PendingFile>;
}

export async function beginLevel(
  writer: SeriesWriter,
  number: number,
  grid: LevelGrid,
  photometric: TileColours,
): Promise<InstanceFile> {
  const { folder, series, slide, microns, pending } = writer;
  const name = `level-${number}.dcm`;
  const file = await openPending(join(folder, name));
  pending.set(name, file);
  const { width, height, blockWidth, blockHeight } = grid;
  const [across, down] = [slide.width / width, slide.height / height];
  return new InstanceFile(file.file, series, {
    number,
    uid: newUid(),
    width,
    height,
    tileWidth: blockWidth,
    tileHeight: blockHeight,
    frames: Math.ceil(width / blockWidth) * Math.ceil(height / blockHeight),
    photometric,
    microns: { x: microns.x * across, y: microns.y * down },
    isResampled: number > 0,
  });
}
