/** The files of a series while they are written: none is under its name before all are whole. */
import { join } from 'node:path';
import type { PixelSize } from '@ftuseg/core';
import { openPending, type PendingFile } from '@ftuseg/files';
import type { PlannedLevel } from '../conversion/plan-levels.js';
import type { Slide } from '../slide.js';
import { frameCoding } from './coded-frames.js';
import { InstanceFile } from './instance-file.node.js';
import type { SeriesFacts } from './slide-elements.js';
import { newUid } from './uid.js';

export interface SeriesWriter {
  readonly folder: string;
  readonly slide: Slide;
  readonly series: SeriesFacts;
  /** Of level 0. */
  readonly microns: PixelSize;
  /** Files that are not yet under their names. */
  readonly pending: Map<string, PendingFile>;
}

export async function beginLevel(writer: SeriesWriter, number: number, level: PlannedLevel): Promise<InstanceFile> {
  const { folder, series, slide, microns, pending } = writer;
  const name = `level-${number}.dcm`;
  const file = await openPending(join(folder, name));
  pending.set(name, file);
  const { width, height, blockWidth, blockHeight, form } = level;
  const [across, down] = [slide.width / width, slide.height / height];
  return new InstanceFile(file.file, series, {
    number,
    uid: newUid(),
    width,
    height,
    tileWidth: blockWidth,
    tileHeight: blockHeight,
    frames: Math.ceil(width / blockWidth) * Math.ceil(height / blockHeight),
    coding: frameCoding(form),
    microns: { x: microns.x * across, y: microns.y * down },
    isResampled: number > 0,
  });
}
